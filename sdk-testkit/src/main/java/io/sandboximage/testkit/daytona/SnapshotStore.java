package io.sandboximage.testkit.daytona;

import io.sandboximage.testkit.daytona.SnapshotFate.End;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All snapshots, their names and their progress. Thread-safe. */
final class SnapshotStore {
    private static final Duration REMOVAL = Duration.ofSeconds(9);
    private static final Duration ACTIVATION_PAUSE = Duration.ofMinutes(10);

    private final Clock clock;
    /** Why an image cannot be pulled; empty if it can. */
    private final Function<String, Optional<String>> pull;
    /** Which contexts are there. */
    private final Function<String, Boolean> context;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, EmulatedSnapshot> byId = new LinkedHashMap<>();
    private final Map<String, List<SnapshotFate>> fates = new LinkedHashMap<>();
    private volatile SnapshotFate standard = SnapshotFate.active();
    private final Set<String> built = new HashSet<>();

    SnapshotStore(Clock clock, Function<String, Optional<String>> pull, Function<String, Boolean> context) {
        this.clock = clock;
        this.pull = pull;
        this.context = context;
    }

    void fate(String name, SnapshotFate fate) {
        locked(() -> fates.computeIfAbsent(name, n -> new ArrayList<>()).add(fate));
    }

    void standard(SnapshotFate fate) {
        standard = fate;
    }

    EmulatedSnapshot add(String name, Map<String, Object> request) {
        return locked(() -> {
            progress();
            if (byId.values().stream().anyMatch(s -> s.name.equals(name))) {
                throw new ApiError(409, "Snapshot with name \"" + name + "\" already exists for this organization");
            }
            List<SnapshotFate> scripted = fates.getOrDefault(name, List.of());
            SnapshotFate fate =
                    scripted.isEmpty() ? standard : scripted.size() == 1 ? scripted.get(0) : scripted.remove(0);
            EmulatedSnapshot snapshot = new EmulatedSnapshot(name, request, fate, clock.instant());
            if (snapshot.build() && built.contains(buildKey(snapshot))) {
                snapshot.become("active", clock.instant());
            }
            byId.put(snapshot.id, snapshot);
            return snapshot;
        });
    }

    /** By id or name. */
    EmulatedSnapshot get(String key) {
        return find(key).orElseThrow(() -> ApiError.notFound("Snapshot with ID or name " + key + " not found"));
    }

    Optional<EmulatedSnapshot> find(String key) {
        return locked(() -> {
            progress();
            return byId.values().stream()
                    .filter(s -> s.id.equals(key) || s.name.equals(key))
                    .findFirst();
        });
    }

    /** By id alone, as calls that change something want it. */
    EmulatedSnapshot byId(String key) {
        EmulatedSnapshot snapshot = get(key);
        if (!snapshot.id.equals(key)) {
            throw ApiError.badRequest("Validation failed (uuid is expected)");
        }
        return snapshot;
    }

    List<EmulatedSnapshot> all() {
        return locked(() -> {
            progress();
            return List.copyOf(byId.values());
        });
    }

    void remove(String key) {
        EmulatedSnapshot snapshot = byId(key);
        if (snapshot.general) {
            throw new ApiError(403, "You cannot delete a general snapshot");
        }
        locked(() -> {
            if (!snapshot.state.equals("removing")) {
                snapshot.become("removing", clock.instant());
                snapshot.removalEnds = clock.instant().plus(REMOVAL);
            }
            return snapshot;
        });
    }

    EmulatedSnapshot activate(String key) {
        EmulatedSnapshot snapshot = byId(key);
        return locked(() -> {
            if (snapshot.state.equals("active")) {
                throw ApiError.badRequest("Snapshot " + key + " is already active");
            }
            if (!snapshot.state.equals("inactive")) {
                throw ApiError.badRequest(
                        "Snapshot " + key + " cannot be activated - it is in " + snapshot.state + " state");
            }
            if (clock.instant().isBefore(snapshot.updated.plus(ACTIVATION_PAUSE))) {
                throw ApiError.badRequest(
                        "Snapshot deactivation is still in progress. Please try again in a few minutes.");
            }
            snapshot.become("pending", clock.instant());
            snapshot.begun = clock.instant();
            snapshot.deactivated = false;
            snapshot.fate = SnapshotFate.active();
            return snapshot;
        });
    }

    void deactivate(String key) {
        EmulatedSnapshot snapshot = byId(key);
        locked(() -> {
            if (!snapshot.state.equals("inactive")) {
                snapshot.become("inactive", clock.instant());
                snapshot.deactivated = true;
            }
            return snapshot;
        });
    }

    /** Brings all snapshots to where they are by now. */
    private void progress() {
        Instant now = clock.instant();
        byId.values().removeIf(s -> s.removalEnds != null && !now.isBefore(s.removalEnds));
        for (EmulatedSnapshot snapshot : List.copyOf(byId.values())) {
            if (snapshot.working() && snapshot.fate.end() != End.PENDING_FOREVER) {
                if (!now.isBefore(snapshot.firstStep()) && snapshot.state.equals("pending")) {
                    snapshot.become(snapshot.build() ? "building" : "pulling", now);
                }
                if (!now.isBefore(snapshot.lastStep())) {
                    end(snapshot, now);
                }
            } else if (snapshot.state.equals("teleporting")
                    && !now.isBefore(snapshot.lastStep().plus(REMOVAL))) {
                snapshot.become("active", now);
            }
        }
    }

    private void end(EmulatedSnapshot snapshot, Instant now) {
        switch (snapshot.fate.end()) {
            case ACTIVE -> finish(snapshot, now);
            case ERROR -> fail(snapshot, "error", snapshot.fate.reason(), now);
            case BUILD_FAILED -> fail(snapshot, "build_failed", snapshot.fate.reason(), now);
            case INACTIVE -> snapshot.become("inactive", now);
            case REMOVING -> {
                snapshot.become("removing", now);
                snapshot.removalEnds = now.plus(REMOVAL);
            }
            case VANISHES -> byId.remove(snapshot.id);
            case UNKNOWN_STATE_THEN_ACTIVE -> snapshot.become("teleporting", now);
            case PENDING_FOREVER -> {}
        }
    }

    private void finish(EmulatedSnapshot snapshot, Instant now) {
        Optional<String> problem = snapshot.build()
                ? missingContext(snapshot)
                : pull.apply(String.valueOf(snapshot.request.get("imageName")));
        if (problem.isPresent()) {
            fail(snapshot, "error", problem.get(), now);
            return;
        }
        if (snapshot.build()) {
            built.add(buildKey(snapshot));
        }
        snapshot.become("active", now);
    }

    private Optional<String> missingContext(EmulatedSnapshot snapshot) {
        return hashes(snapshot).stream()
                .filter(hash -> !context.apply(hash))
                .map(hash -> "failed to build image: context " + hash + " not found")
                .findFirst();
    }

    private static void fail(EmulatedSnapshot snapshot, String state, String reason, Instant now) {
        snapshot.errorReason = reason;
        snapshot.become(state, now);
    }

    private static String buildKey(EmulatedSnapshot snapshot) {
        Map<?, ?> info = snapshot.buildInfo();
        return info.get("dockerfileContent") + "\n" + hashes(snapshot);
    }

    private static Set<String> hashes(EmulatedSnapshot snapshot) {
        Map<?, ?> info = snapshot.buildInfo();
        Set<String> hashes = new TreeSet<>();
        if (info.get("contextHashes") instanceof List<?> given) {
            given.forEach(hash -> hashes.add(String.valueOf(hash)));
        }
        return hashes;
    }

    private <T extends @Nullable Object> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
