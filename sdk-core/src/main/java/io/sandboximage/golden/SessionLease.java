package io.sandboximage.golden;

import io.sandboximage.golden.internal.host.ProcessLease;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How long a session is kept. Immutable. */
public final class SessionLease {
    private final @Nullable ProcessLease process;

    private SessionLease(@Nullable ProcessLease process) {
        this.process = process;
    }

    /** Until {@link GoldenSession#release()}, also across restarts of the machine; or until it is idle for longer than the store allows. */
    public static SessionLease untilReleased() {
        return new SessionLease(null);
    }

    /** As long as the process runs, or anything uses the session's files; collection removes it afterwards. */
    public static SessionLease whileRunning(ProcessHandle process) {
        return new SessionLease(ProcessLease.of(process.pid()));
    }

    static SessionLease of(Optional<ProcessLease> process) {
        return new SessionLease(process.orElse(null));
    }

    Optional<ProcessLease> process() {
        return Optional.ofNullable(process);
    }
}
