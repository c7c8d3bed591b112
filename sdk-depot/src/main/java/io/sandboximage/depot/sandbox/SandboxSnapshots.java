package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.SandboxMethods;
import io.sandboximage.depot.internal.proto.sandbox.DeleteSnapshotRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsRequest;
import io.sandboximage.depot.internal.proto.sandbox.ListSnapshotsResponse;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Snapshots of sandboxes. Thread-safe. Not all servers have them: then everything here throws
 * {@link io.sandboximage.error.InvalidRequestException} with the code {@code unimplemented}.
 */
public final class SandboxSnapshots {
    private static final int PAGE_SIZE = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final DepotCalls calls;

    SandboxSnapshots(DepotCalls calls) {
        this.calls = calls;
    }

    /** @throws io.sandboximage.error.NotFoundException if there is none of that id */
    public SandboxSnapshot get(String id) {
        return SandboxSnapshot.of(
                calls.call("look at the snapshot " + id, SandboxMethods.GET_SNAPSHOT, Refs.snapshot(id))
                        .getSnapshot());
    }

    /**
     * Waits until it is ready.
     *
     * @throws ConflictException if it failed; the message says why
     * @throws DeadlineExceededException if it takes longer
     * @throws io.sandboximage.error.CancelledException if the thread is interrupted
     */
    public SandboxSnapshot awaitReady(String id, Duration limit) {
        long start = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (true) {
            SandboxSnapshot now = get(id);
            if (now.status() == SandboxSnapshot.Status.READY) {
                return now;
            }
            if (now.status() == SandboxSnapshot.Status.FAILED) {
                throw new ConflictException("The snapshot " + id + " of the sandbox " + now.sandbox() + " failed"
                        + now.errorMessage().map(text -> ": " + text).orElse("") + ". Take another one");
            }
            if (limit.minusNanos(System.nanoTime() - start).compareTo(pause) < 0) {
                throw new DeadlineExceededException(
                        "The snapshot " + id + " was not ready within " + limit.toSeconds() + " s: it is "
                                + now.status() + ". Give it more time",
                        limit);
            }
            Pause.of(pause, "waiting for the snapshot " + id);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** All of the organization. */
    public List<SandboxSnapshot> list() {
        return list(Optional.empty());
    }

    /** Those of one sandbox. */
    public List<SandboxSnapshot> list(String sandbox) {
        return list(Optional.of(sandbox));
    }

    private List<SandboxSnapshot> list(Optional<String> sandbox) {
        List<SandboxSnapshot> all = new ArrayList<>();
        ListSnapshotsRequest.Builder request = ListSnapshotsRequest.newBuilder().setPageSize(PAGE_SIZE);
        sandbox.ifPresent(
                id -> request.setFilter(ListSnapshotsRequest.Filter.newBuilder().setSourceSandbox(Refs.sandbox(id))));
        while (true) {
            ListSnapshotsResponse page =
                    calls.call("list snapshots of sandboxes", SandboxMethods.LIST_SNAPSHOTS, request.build());
            page.getSnapshotsList().forEach(snapshot -> all.add(SandboxSnapshot.of(snapshot)));
            if (page.getNextPageToken().isEmpty() || page.getNextPageToken().equals(request.getPageToken())) {
                return all;
            }
            request.setPageToken(page.getNextPageToken());
        }
    }

    /**
     * Deletes one; sandboxes that booted from it live on.
     *
     * @throws ConflictException if it is still being captured
     */
    public void delete(String id) {
        calls.call(
                "delete the snapshot " + id,
                SandboxMethods.DELETE_SNAPSHOT,
                DeleteSnapshotRequest.newBuilder()
                        .setSnapshot(Refs.snapshot(id))
                        .build());
    }
}
