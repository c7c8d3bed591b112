package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sees to it that there is an active snapshot. The name is what processes meet at: the server gives it to one of them, and the others
 * find what that one makes. Whatever is removed is removed by its id, so nobody removes what another has just made.
 */
final class SnapshotEnsurer {
    private static final String STILL_DEACTIVATING = "deactivation is still in progress";
    /** The server's pause between deactivation and activation is ten minutes. */
    private static final Duration ACTIVATION_PAUSE = Duration.ofSeconds(30);

    private final SnapshotCalls calls;
    private final SnapshotWatch watch;
    private final SnapshotMaker maker;

    SnapshotEnsurer(SnapshotCalls calls, SnapshotWatch watch, SnapshotMaker maker) {
        this.calls = calls;
        this.watch = watch;
        this.maker = maker;
    }

    EnsuredSnapshot ensure(SnapshotSpec spec, Recipe recipe, SnapshotWait wait, ProgressTask progress) {
        Deadline deadline = new Deadline(calls.api().pace(), wait.deadline());
        boolean removed = false;
        while (true) {
            Optional<DaytonaSnapshot> found = calls.find(spec.name());
            if (found.isEmpty()) {
                try {
                    DaytonaSnapshot made = maker.make(spec, recipe, progress);
                    // What was pushed before took as long as it took: the time counts from here.
                    Deadline making = new Deadline(calls.api().pace(), wait.deadline());
                    DaytonaSnapshot active = watch.untilActive(made, wait, making, progress);
                    return new EnsuredSnapshot(
                            active,
                            removed ? EnsuredSnapshot.Outcome.RECREATED : EnsuredSnapshot.Outcome.CREATED,
                            recipe.delivery());
                } catch (ConflictException e) {
                    // Somebody was faster, or took it away from under us: look again, as long as there is time.
                    retry(e, spec, deadline);
                    continue;
                }
            }
            DaytonaSnapshot there = found.get();
            if (there.state().equals(SnapshotState.REMOVING)) {
                awaitGone(there, deadline);
            } else if (there.state().failed()) {
                progress.info(there.name() + ": removing the one that failed"
                        + there.errorReason().map(r -> " (" + r + ")").orElse(""));
                remove(there, deadline);
                removed = true;
            } else {
                checkSame(spec, recipe, there);
                Optional<EnsuredSnapshot> result = join(there, wait, deadline, progress);
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
    }

    /** Activates it unless it is active, and waits for that. */
    DaytonaSnapshot activate(DaytonaSnapshot there, SnapshotWait wait, Deadline deadline, ProgressTask progress) {
        DaytonaSnapshot now = there;
        while (now.state().equals(SnapshotState.INACTIVE)) {
            try {
                now = calls.activate(now.id(), now.name());
            } catch (InvalidRequestException e) {
                boolean early =
                        String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains(STILL_DEACTIVATING);
                DaytonaSnapshot seen = calls.get(now.id());
                if (seen.state().equals(SnapshotState.INACTIVE) && !early) {
                    throw e;
                }
                now = seen; // Somebody else may have activated it meanwhile.
                if (early) {
                    String name = now.name();
                    progress.info(name + ": was deactivated a moment ago; activating it has to wait");
                    deadline.pause(
                            ACTIVATION_PAUSE,
                            "activating " + name,
                            () -> "The snapshot \"" + name + "\" could not be activated within "
                                    + deadline.limit().toSeconds()
                                    + " s: the server allows it ten minutes after it was deactivated. Try again then");
                }
            }
        }
        return watch.untilActive(now, wait, deadline, progress);
    }

    /** Deletes exactly this one and waits until it is gone. */
    void remove(DaytonaSnapshot snapshot, Deadline deadline) {
        try {
            calls.delete(snapshot.id(), snapshot.name());
        } catch (NotFoundException e) {
            return; // Somebody else did it.
        }
        awaitGone(snapshot, deadline);
    }

    private void awaitGone(DaytonaSnapshot snapshot, Deadline deadline) {
        while (calls.find(snapshot.id()).isPresent()) {
            deadline.pause(
                    "waiting for the removal of " + snapshot.name(),
                    () -> "The snapshot \"" + snapshot.name() + "\" was still being removed when the deadline of "
                            + deadline.limit().toSeconds() + " s passed. Try again later");
        }
    }

    /** Takes over what is there; empty if it went away meanwhile. */
    private Optional<EnsuredSnapshot> join(
            DaytonaSnapshot there, SnapshotWait wait, Deadline deadline, ProgressTask progress) {
        if (there.state().active()) {
            return Optional.of(new EnsuredSnapshot(there, EnsuredSnapshot.Outcome.REUSED, Optional.empty()));
        }
        boolean inactive = there.state().equals(SnapshotState.INACTIVE);
        try {
            DaytonaSnapshot active = inactive
                    ? activate(there, wait, deadline, progress)
                    : watch.untilActive(there, wait, deadline, progress);
            return Optional.of(new EnsuredSnapshot(
                    active,
                    inactive ? EnsuredSnapshot.Outcome.ACTIVATED : EnsuredSnapshot.Outcome.JOINED,
                    Optional.empty()));
        } catch (NotFoundException e) {
            if (calls.find(there.id()).isPresent()) {
                throw e; // It is there, and what it is made of is not.
            }
            return Optional.empty();
        }
    }

    private void retry(ConflictException conflict, SnapshotSpec spec, Deadline deadline) {
        if (deadline.passed()) {
            throw conflict;
        }
        deadline.pause("making the snapshot " + spec.name(), () -> String.valueOf(conflict.getMessage()));
    }

    private static void checkSame(SnapshotSpec spec, Recipe recipe, DaytonaSnapshot there) {
        List<String> differences = new ArrayList<>();
        recipe.difference(there).ifPresent(differences::add);
        spec.resources()
                .filter(wanted -> !wanted.equals(there.resources()))
                .ifPresent(
                        wanted -> differences.add("its sandboxes have " + there.resources() + " instead of " + wanted));
        if (!spec.entrypoint().isEmpty() && !spec.entrypoint().equals(there.entrypoint())) {
            differences.add("its entrypoint is " + there.entrypoint() + " instead of " + spec.entrypoint());
        }
        spec.region()
                .filter(region -> !there.regions().isEmpty() && !there.regions().contains(region))
                .ifPresent(region -> differences.add("it is in " + there.regions() + " instead of " + region));
        spec.sandboxClass()
                .filter(wanted -> there.sandboxClass().isPresent()
                        && !there.sandboxClass().get().equals(wanted))
                .ifPresent(wanted ->
                        differences.add("its class is " + there.sandboxClass().orElse("") + " instead of " + wanted));
        if (!differences.isEmpty()) {
            throw new ConflictException("There is a snapshot \"" + there.name() + "\" of other making: "
                    + String.join("; ", differences)
                    + ". Use replace, which makes a new version beside it, or another name, or delete it");
        }
    }
}
