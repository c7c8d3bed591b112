package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Deadline;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the request that makes a snapshot. Names are unique, which makes up for the call not being repeatable: after an answer that
 * was lost it looks whether the snapshot is there.
 */
final class SnapshotMaker {
    /** A name stays taken until a job has removed its snapshot; seen: up to 10 s. */
    private static final Duration REMOVAL = Duration.ofMinutes(2);
    /** How far the server's clock may be from ours. */
    private static final Duration SKEW = Duration.ofMinutes(10);

    private static final int MAX_TRIES = 3;

    private final SnapshotCalls calls;
    private final Optional<String> defaultRegion;

    SnapshotMaker(SnapshotCalls calls, Optional<String> defaultRegion) {
        this.calls = calls;
        this.defaultRegion = defaultRegion;
    }

    /** Sends it; what the content needs is in place. */
    DaytonaSnapshot make(SnapshotSpec spec, Recipe recipe, ProgressTask progress) {
        spec.warnings().forEach(progress::warn);
        Map<String, Object> body = body(spec, recipe.prepare(spec, progress));
        Deadline removal = new Deadline(calls.api().pace(), REMOVAL);
        int lost = 0;
        while (true) {
            try {
                return calls.create(spec.name(), body);
            } catch (ConflictException e) {
                awaitRemoval(spec, e, removal);
            } catch (UnavailableException e) {
                Optional<DaytonaSnapshot> made = made(spec, recipe, e);
                if (made.isPresent()) {
                    return made.get();
                }
                boolean answered = e.remote().isPresent();
                if (answered || ++lost == MAX_TRIES) {
                    throw e;
                }
                calls.api().pace().sleep(Duration.ofSeconds(1), "making the snapshot " + spec.name());
            }
        }
    }

    private void awaitRemoval(SnapshotSpec spec, ConflictException conflict, Deadline removal) {
        Optional<DaytonaSnapshot> there = calls.find(spec.name());
        if (there.isPresent() && !there.get().state().equals(SnapshotState.REMOVING)) {
            throw new ConflictException(
                    "There is a snapshot \"" + spec.name() + "\" already ("
                            + there.get().state() + ", made " + there.get().createdAt()
                            + "). Use ensure or replace, choose another name, or delete it",
                    conflict,
                    conflict.remote().orElse(null));
        }
        removal.pause(
                "waiting for the name " + spec.name(),
                () -> "The name \"" + spec.name() + "\" is still taken by a snapshot that is being removed, after "
                        + removal.limit().toSeconds() + " s. Try again later, or choose another name");
    }

    private Optional<DaytonaSnapshot> made(SnapshotSpec spec, Recipe recipe, UnavailableException lost) {
        try {
            return calls.find(spec.name())
                    .filter(there -> recipe.difference(there).isEmpty())
                    .filter(there ->
                            there.createdAt().isAfter(calls.api().pace().now().minus(SKEW)));
        } catch (UnavailableException e) {
            lost.addSuppressed(e);
            throw lost;
        }
    }

    private Map<String, Object> body(SnapshotSpec spec, Map<String, Object> content) {
        // No member is ever null: the server fails on some of those.
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", spec.name());
        body.putAll(content);
        if (!spec.entrypoint().isEmpty()) {
            body.put("entrypoint", spec.entrypoint());
        }
        spec.resources().ifPresent(resources -> put(resources, body));
        spec.gpuType().ifPresent(type -> body.put("gpuType", List.of(type)));
        spec.region().or(() -> defaultRegion).ifPresent(region -> body.put("regionId", region));
        spec.sandboxClass().ifPresent(type -> body.put("sandboxClass", type));
        return body;
    }

    private static void put(SnapshotResources resources, Map<String, Object> body) {
        body.put("cpu", resources.cpu());
        body.put("memory", resources.memoryGb());
        body.put("disk", resources.diskGb());
        if (resources.gpu() > 0) {
            body.put("gpu", resources.gpu());
        }
    }
}
