package io.sandboximage.daytona.sandbox;

import java.util.Set;

/**
 * The state of a sandbox. Values that are newer than this client are kept as they are and count as being under way.
 *
 * @param value as the API spells it
 */
public record SandboxState(String value) {
    public static final SandboxState STARTED = new SandboxState("started");
    public static final SandboxState STOPPED = new SandboxState("stopped");
    public static final SandboxState ERROR = new SandboxState("error");
    public static final SandboxState BUILD_FAILED = new SandboxState("build_failed");
    public static final SandboxState DESTROYING = new SandboxState("destroying");
    public static final SandboxState DESTROYED = new SandboxState("destroyed");

    private static final Set<SandboxState> FAILED = Set.of(ERROR, BUILD_FAILED);
    private static final Set<SandboxState> GONE = Set.of(DESTROYING, DESTROYED);

    public boolean started() {
        return equals(STARTED);
    }

    public boolean failed() {
        return FAILED.contains(this);
    }

    /** Whether it is on its way out or out. */
    public boolean gone() {
        return GONE.contains(this);
    }

    @Override
    public String toString() {
        return value;
    }
}
