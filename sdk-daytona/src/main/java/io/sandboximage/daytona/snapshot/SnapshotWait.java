package io.sandboximage.daytona.snapshot;

import io.sandboximage.error.InvalidRequestException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How long to wait for a snapshot, and who reads its build log meanwhile; immutable.
 *
 * @param deadline when to give up, counted from when Daytona has all that it needs; the snapshot itself goes on
 * @param buildLog gets each line of a build's log, on a thread of its own; what it throws ends the log, not the wait
 */
public record SnapshotWait(Duration deadline, Optional<Consumer<String>> buildLog) {
    /** Half an hour, without the log. */
    public static final SnapshotWait DEFAULT = new SnapshotWait(Duration.ofMinutes(30), Optional.empty());

    /** @throws InvalidRequestException if the deadline is not positive */
    public SnapshotWait {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new InvalidRequestException("The deadline " + deadline + " is not positive");
        }
    }

    public static SnapshotWait atMost(Duration deadline) {
        return new SnapshotWait(deadline, Optional.empty());
    }

    public SnapshotWait buildLog(Consumer<String> lines) {
        return new SnapshotWait(deadline, Optional.of(lines));
    }
}
