package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Waits for a snapshot. It looks at the state alone, in growing intervals; the build's log runs beside it and never holds it up.
 * An outage of the API is waited out for a while.
 */
final class SnapshotWatch {
    private static final Duration MAX_OUTAGE = Duration.ofMinutes(5);

    private final SnapshotCalls calls;
    private final Duration logGrace;

    SnapshotWatch(SnapshotCalls calls, Duration logGrace) {
        this.calls = calls;
        this.logGrace = logGrace;
    }

    /** Waits until it is active. */
    DaytonaSnapshot untilActive(DaytonaSnapshot snapshot, SnapshotWait wait, Deadline deadline, ProgressTask progress) {
        try (ProgressTask task = progress.child("wait for the snapshot " + snapshot.name());
                BuildLogFollower log = new BuildLogFollower(calls, snapshot, wait.buildLog(), logGrace)) {
            DaytonaSnapshot active = untilActive(snapshot, log, deadline, task);
            task.done(active.sizeGb().isPresent() ? active.sizeGb().getAsDouble() + " GB" : "");
            return active;
        }
    }

    private DaytonaSnapshot untilActive(
            DaytonaSnapshot snapshot, BuildLogFollower log, Deadline deadline, ProgressTask task) {
        DaytonaSnapshot now = snapshot;
        @Nullable SnapshotState before = null;
        while (true) {
            if (!now.state().equals(before)) {
                task.info(now.name() + ": " + (before == null ? "" : before + " → ") + now.state() + " after "
                        + deadline.elapsed().toSeconds() + " s");
                before = now.state();
                deadline.progressed();
            }
            if (now.build().isPresent() && !now.state().equals(SnapshotState.PENDING)) {
                log.start();
            }
            if (now.state().settled()) {
                return settled(now, log);
            }
            DaytonaSnapshot last = now;
            deadline.pause("waiting for the snapshot " + now.name(), () -> expired(last, deadline));
            now = look(last, deadline);
        }
    }

    private static DaytonaSnapshot settled(DaytonaSnapshot now, BuildLogFollower log) {
        if (now.state().active()) {
            log.finish();
            return now;
        }
        if (now.state().failed()) {
            List<String> tail = log.finish();
            throw SnapshotFailures.of(now, tail);
        }
        String reason = now.errorReason().map(r -> " (" + r + ")").orElse("");
        if (now.state().equals(SnapshotState.REMOVING)) {
            throw new ConflictException("The snapshot \"" + now.name() + "\" is being removed by somebody" + reason
                    + ": it will not become active");
        }
        throw new ConflictException("The snapshot \"" + now.name() + "\" became inactive" + reason
                + " while it was waited for: somebody deactivated it. Activate it, or make it again");
    }

    /** The snapshot as it is now; failures of the API that may pass are waited out. */
    private DaytonaSnapshot look(DaytonaSnapshot last, Deadline deadline) {
        Optional<Deadline> outage = Optional.empty();
        while (true) {
            SandboxImageException failure;
            Duration wanted = Duration.ofSeconds(5);
            try {
                return calls.get(last.id());
            } catch (NotFoundException e) {
                throw new NotFoundException(
                        "The snapshot \"" + last.name() + "\" vanished while it was waited for, after it was "
                                + last.state() + ": somebody deleted it",
                        e,
                        e.remote().orElse(null));
            } catch (RateLimitedException e) {
                failure = e;
                wanted = e.retryAfter().orElse(wanted);
            } catch (UnavailableException e) {
                failure = e;
            }
            if (outage.isEmpty()) {
                outage = Optional.of(new Deadline(calls.api().pace(), MAX_OUTAGE));
            } else if (outage.get().passed()) {
                throw failure;
            }
            SandboxImageException why = failure;
            deadline.pause(
                    wanted,
                    "waiting for the snapshot " + last.name(),
                    () -> expired(last, deadline) + ". The last look at it failed: " + why.getMessage());
        }
    }

    private static String expired(DaytonaSnapshot last, Deadline deadline) {
        String hint = last.state().equals(SnapshotState.PENDING)
                ? ". No runner has taken it yet: its region or sandbox class may have none that is free"
                : "";
        return "The snapshot \"" + last.name() + "\" was still " + last.state() + " when the deadline of "
                + deadline.limit().toSeconds() + " s passed" + hint
                + ". It goes on: wait for it again with more time, or delete it";
    }
}
