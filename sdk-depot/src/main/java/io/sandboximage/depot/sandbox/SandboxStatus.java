package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.Sandbox;

/** How far a sandbox is in its life. */
public enum SandboxStatus {
    CREATED,
    /** It has a machine. */
    ASSIGNED,
    STARTING,
    RUNNING,
    /** Ended by itself, or stopped. */
    FINISHED,
    /** Killed. */
    CANCELLED,
    FAILED,
    /** A state that this SDK does not know, or none. */
    UNKNOWN;

    /** Whether it has ended for good. */
    public boolean ended() {
        return this == FINISHED || this == CANCELLED || this == FAILED;
    }

    static SandboxStatus of(Sandbox sandbox) {
        return switch (sandbox.getStatus()) {
            case SANDBOX_STATUS_CREATED -> CREATED;
            case SANDBOX_STATUS_ASSIGNED -> ASSIGNED;
            case SANDBOX_STATUS_STARTING -> STARTING;
            case SANDBOX_STATUS_RUNNING -> RUNNING;
            case SANDBOX_STATUS_FINISHED -> FINISHED;
            case SANDBOX_STATUS_CANCELLED -> CANCELLED;
            case SANDBOX_STATUS_FAILED -> FAILED;
            case SANDBOX_STATUS_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
        };
    }

    /** Depot's own name of it, for queries. */
    io.sandboximage.depot.internal.proto.sandbox.SandboxStatus wire() {
        return this == UNKNOWN
                ? io.sandboximage.depot.internal.proto.sandbox.SandboxStatus.SANDBOX_STATUS_UNSPECIFIED
                : io.sandboximage.depot.internal.proto.sandbox.SandboxStatus.valueOf("SANDBOX_STATUS_" + name());
    }
}
