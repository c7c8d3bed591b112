package io.sandboximage.testkit.daytona;

import java.time.Duration;
import java.util.List;

/**
 * What becomes of a snapshot; immutable, each step gives a new value.
 *
 * @param work how long it takes from its creation, by the scripted clock
 * @param end what happens then
 * @param reason the server's {@code errorReason}
 * @param log lines of the build log
 */
public record SnapshotFate(Duration work, End end, String reason, List<String> log) {
    /** How making a snapshot can end. */
    public enum End {
        ACTIVE,
        ERROR,
        BUILD_FAILED,
        /** No runner ever takes it. */
        PENDING_FOREVER,
        /** Somebody deactivates it meanwhile. */
        INACTIVE,
        /** Somebody deletes it, and it shows as {@code removing} for a while. */
        REMOVING,
        /** Somebody deletes it, and it is gone at once. */
        VANISHES,
        /** It gets into a state that no client knows yet, and becomes active from there. */
        UNKNOWN_STATE_THEN_ACTIVE
    }

    public SnapshotFate {
        log = List.copyOf(log);
    }

    /** Active after 12 seconds. */
    public static SnapshotFate active() {
        return new SnapshotFate(Duration.ofSeconds(12), End.ACTIVE, "", List.of());
    }

    public static SnapshotFate error(String reason) {
        return new SnapshotFate(Duration.ofSeconds(12), End.ERROR, reason, List.of());
    }

    public static SnapshotFate ending(End end) {
        return new SnapshotFate(Duration.ofSeconds(12), end, "", List.of());
    }

    public SnapshotFate after(Duration time) {
        return new SnapshotFate(time, end, reason, log);
    }

    public SnapshotFate log(String... lines) {
        return new SnapshotFate(work, end, reason, List.of(lines));
    }
}
