package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.Replacement;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.http.HttpStream;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Daytona's snapshots. Everywhere a snapshot is named, its name or its id will do. Thread-safe.
 *
 * <p>Every wait has a deadline and ends at each state that does not lead to {@code active}: {@code error} and {@code build_failed}
 * with the server's reason, {@code inactive}, {@code removing}, and when the snapshot vanishes.
 */
public final class Snapshots {
    private static final int MAX_LOG_BYTES = 16 * 1024 * 1024;
    private static final Duration REMOVAL = Duration.ofMinutes(2);

    private final SnapshotCalls calls;
    private final SnapshotWatch watch;
    private final SnapshotMaker maker;
    private final Recipes recipes;
    private final SnapshotEnsurer ensurer;
    private final SnapshotVersions versions;

    Snapshots(Api api, Recipes recipes, Sandboxes sandboxes, Duration logGrace) {
        this.calls = new SnapshotCalls(api);
        this.watch = new SnapshotWatch(calls, logGrace);
        this.maker = new SnapshotMaker(calls, recipes.defaultRegion());
        this.recipes = recipes;
        this.ensurer = new SnapshotEnsurer(calls, watch, maker);
        this.versions =
                new SnapshotVersions(this, calls, recipes, ensurer, watch, new SnapshotCleanup(calls, sandboxes));
    }

    /**
     * Sends what the snapshot needs and begins to make it; the answer is usually {@code pending}. A name that is still taken by a
     * snapshot that is being removed is waited for.
     *
     * @throws io.sandboximage.error.ConflictException if there is a snapshot of that name
     */
    public DaytonaSnapshot create(SnapshotSpec spec, ProgressTask progress) {
        return maker.make(spec, recipes.of(spec.checked()), progress);
    }

    /** Like {@link #create(SnapshotSpec, ProgressTask)}, and waits until it is active. */
    public DaytonaSnapshot create(SnapshotSpec spec, SnapshotWait wait, ProgressTask progress) {
        DaytonaSnapshot made = create(spec, progress);
        return watch.untilActive(made, wait, new Deadline(calls.api().pace(), wait.deadline()), progress);
    }

    /**
     * Sees to it that there is an active snapshot like this: takes one that is there, activates an inactive one, waits for one that
     * is in the making, makes a failed one again, and makes it otherwise. Repeating it changes nothing; processes that do the same at
     * the same time get the same snapshot. Nothing is sent to Daytona's registry unless a snapshot is made.
     *
     * @throws io.sandboximage.error.ConflictException if the name is taken by a snapshot that is made of something else; the message
     *     says in what they differ
     * @throws io.sandboximage.error.SandboxImageException with the server's reason if it cannot be made
     */
    public EnsuredSnapshot ensure(SnapshotSpec spec, SnapshotWait wait, ProgressTask progress) {
        return ensurer.ensure(spec, recipes.of(spec.checked()), wait, progress);
    }

    /**
     * Makes a new version beside the current one (blue and green): {@code spec.name()--<time>-<content>}. The current version is
     * the newest active one, see {@link #current}; it stays so if the new one fails. A current version of the same content is left as
     * it is. Afterwards old versions go, as far as the retention allows.
     */
    public Replacement replace(SnapshotSpec spec, Retention retention, SnapshotWait wait, ProgressTask progress) {
        return versions.replace(spec.checked(), retention, wait, progress);
    }

    /** The newest active version of what {@link #replace} makes under this name. */
    public Optional<DaytonaSnapshot> current(String name) {
        return versions.current(name);
    }

    /**
     * Makes the version before the current one current again: activates it where that is needed, and deactivates the newer one.
     *
     * @throws NotFoundException if there is no version to go back to
     */
    public Replacement rollback(String name, SnapshotWait wait, ProgressTask progress) {
        return versions.rollback(name, wait, progress);
    }

    /** Removes old snapshots whose name starts with {@code prefix}, and gives the names of those removed. */
    public List<String> removeOld(String prefix, Retention retention, ProgressTask progress) {
        return versions.removeOld(prefix, retention, progress);
    }

    /** All that fit, page by page as the stream is read. */
    public Stream<DaytonaSnapshot> list(SnapshotQuery query) {
        return SnapshotPages.stream(calls, query);
    }

    /** @throws NotFoundException if there is none */
    public DaytonaSnapshot get(String nameOrId) {
        return calls.get(nameOrId);
    }

    public Optional<DaytonaSnapshot> find(String nameOrId) {
        return calls.find(nameOrId);
    }

    /**
     * Waits until it is active.
     *
     * @throws io.sandboximage.error.DeadlineExceededException if that takes too long; the message tells the state
     * @throws io.sandboximage.error.SandboxImageException with the server's reason if it does not become active
     */
    public DaytonaSnapshot await(String nameOrId, SnapshotWait wait, ProgressTask progress) {
        Deadline deadline = new Deadline(calls.api().pace(), wait.deadline());
        return watch.untilActive(calls.get(nameOrId), wait, deadline, progress);
    }

    /** Begins to delete it; its name stays taken for some seconds. */
    public void delete(String nameOrId) {
        DaytonaSnapshot snapshot = calls.get(nameOrId);
        calls.delete(snapshot.id(), snapshot.name());
    }

    /** Deletes it and waits until it is gone, at most two minutes. Nothing happens if it is gone already. */
    public void deleteAndWait(String nameOrId) {
        deleteAndWait(nameOrId, REMOVAL);
    }

    /** @throws io.sandboximage.error.DeadlineExceededException if it is not gone in time */
    public void deleteAndWait(String nameOrId, Duration atMost) {
        Optional<DaytonaSnapshot> snapshot = calls.find(nameOrId);
        if (snapshot.isPresent()) {
            ensurer.remove(snapshot.get(), new Deadline(calls.api().pace(), atMost));
        }
    }

    /**
     * Begins to activate it. The server refuses that for ten minutes after a snapshot was deactivated.
     *
     * @throws InvalidRequestException if it is in no state for that
     */
    public DaytonaSnapshot activate(String nameOrId) {
        DaytonaSnapshot snapshot = calls.get(nameOrId);
        return calls.activate(snapshot.id(), snapshot.name());
    }

    /** Activates it unless it is active, and waits for that; also until the server allows it. */
    public DaytonaSnapshot activate(String nameOrId, SnapshotWait wait, ProgressTask progress) {
        Deadline deadline = new Deadline(calls.api().pace(), wait.deadline());
        return ensurer.activate(calls.get(nameOrId), wait, deadline, progress);
    }

    /**
     * Takes it out of use. The server does so in every state: a build that is under way then never becomes active.
     *
     * @throws InvalidRequestException if it is still in the making
     */
    public void deactivate(String nameOrId) {
        DaytonaSnapshot snapshot = calls.get(nameOrId);
        if (!snapshot.state().settled()) {
            throw new InvalidRequestException("The snapshot \"" + snapshot.name() + "\" is " + snapshot.state()
                    + ", and deactivating it now would stop it for good: wait until it is active, or delete it");
        }
        calls.deactivate(snapshot.id(), snapshot.name());
    }

    /**
     * The log of its build so far.
     *
     * @throws NotFoundException if it was made from an image, or no runner has taken the build yet
     */
    public String buildLog(String nameOrId) {
        DaytonaSnapshot snapshot = calls.get(nameOrId);
        String what = "read the build log of the snapshot \"" + snapshot.name() + "\"";
        if (snapshot.state().equals(SnapshotState.PENDING)) {
            throw new NotFoundException("Could not " + what + ": it is pending, no runner has taken it yet");
        }
        try (HttpStream stream = calls.api().open(what, calls.buildLog(snapshot.id(), snapshot.name(), false))) {
            return new String(stream.body().readNBytes(MAX_LOG_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UnavailableException("Could not " + what + ": the connection broke: " + e.getMessage(), e);
        }
    }
}
