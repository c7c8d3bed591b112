package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot.Outcome;
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
    /** How often an image that the server removed too early is pushed again. */
    private static final int MAX_LOST = 3;

    private final SnapshotCalls calls;
    private final SnapshotWatch watch;
    private final SnapshotMaker maker;

    SnapshotEnsurer(SnapshotCalls calls, SnapshotWatch watch, SnapshotMaker maker) {
        this.calls = calls;
        this.watch = watch;
        this.maker = maker;
    }

    EnsuredSnapshot ensure(SnapshotSpec spec, Recipe recipe, SnapshotWait wait, ProgressTask progress) {
        return new Run(spec, recipe, wait, progress).toTheEnd();
    }

    /** One call of {@code ensure}: looks what is there and does the next step, until there is an active snapshot. */
    private final class Run {
        private final SnapshotSpec spec;
        private final Recipe recipe;
        private final SnapshotWait wait;
        private final ProgressTask progress;
        private final Deadline deadline;
        private boolean removed;
        private int lost;

        Run(SnapshotSpec spec, Recipe recipe, SnapshotWait wait, ProgressTask progress) {
            this.spec = spec;
            this.recipe = recipe;
            this.wait = wait;
            this.progress = progress;
            this.deadline = new Deadline(calls.api().pace(), wait.deadline());
        }

        EnsuredSnapshot toTheEnd() {
            while (true) {
                Optional<DaytonaSnapshot> there = calls.find(spec.name());
                Optional<EnsuredSnapshot> result = there.isPresent() ? takeOver(there.get()) : make();
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }

        /** Empty if it has to be looked at again. */
        private Optional<EnsuredSnapshot> make() {
            try {
                DaytonaSnapshot made = maker.make(spec, recipe, progress);
                // What was pushed before took as long as it took: the time counts from here.
                Deadline making = new Deadline(calls.api().pace(), wait.deadline());
                DaytonaSnapshot active = watch.untilActive(made, wait, making, progress);
                Outcome outcome = removed ? Outcome.RECREATED : Outcome.CREATED;
                return Optional.of(new EnsuredSnapshot(active, outcome, recipe.delivery()));
            } catch (ConflictException e) {
                // Somebody was faster, or took it away from under us: look again, as long as there is time.
                if (deadline.passed()) {
                    throw e;
                }
                deadline.pause("making the snapshot " + spec.name(), () -> String.valueOf(e.getMessage()));
                return Optional.empty();
            } catch (NotFoundException e) {
                throwUnlessSentAgain(e);
                return Optional.empty();
            }
        }

        /** Empty if it has to be looked at again. */
        private Optional<EnsuredSnapshot> takeOver(DaytonaSnapshot there) {
            if (there.state().equals(SnapshotState.REMOVING)) {
                awaitGone(there, deadline);
                return Optional.empty();
            }
            if (there.state().failed()) {
                String reason = there.errorReason().map(r -> " (" + r + ")").orElse("");
                progress.info(there.name() + ": removing the one that failed" + reason);
                remove(there, deadline);
                removed = true;
                return Optional.empty();
            }
            checkSame(spec, recipe, there);
            if (there.state().active()) {
                return Optional.of(new EnsuredSnapshot(there, Outcome.REUSED, Optional.empty()));
            }
            boolean inactive = there.state().equals(SnapshotState.INACTIVE);
            try {
                DaytonaSnapshot active = inactive
                        ? activate(there, wait, deadline, progress)
                        : watch.untilActive(there, wait, deadline, progress);
                Outcome outcome = inactive ? Outcome.ACTIVATED : Outcome.JOINED;
                return Optional.of(new EnsuredSnapshot(active, outcome, Optional.empty()));
            } catch (NotFoundException e) {
                if (calls.find(there.id()).isPresent()) {
                    throwUnlessSentAgain(e);
                }
                return Optional.empty();
            }
        }

        /**
         * The server removes an image from its registry when a snapshot was made of it, and with it what others have pushed
         * there of the same content and wait for: their snapshots fail, and their image has to be pushed again.
         */
        private void throwUnlessSentAgain(NotFoundException missing) {
            boolean failed = calls.find(spec.name())
                    .filter(there -> there.state().failed())
                    .isPresent();
            if (!recipe.sendsItsImage() || !failed || ++lost > MAX_LOST) {
                throw missing;
            }
            progress.info(spec.name() + ": Daytona removed the image before it was pulled; pushing it again");
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
