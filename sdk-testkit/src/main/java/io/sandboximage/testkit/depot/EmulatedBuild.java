package io.sandboximage.testkit.depot;

import io.sandboximage.buildkit.internal.proto.StatusResponse;
import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What the emulator remembers of a build. Thread-safe. */
final class EmulatedBuild {
    final String id;
    /** Empty where others began it: then whoever may read it may work on it. */
    final String token;

    final String projectId;
    final List<BuildOptions> options;
    final Instant createdAt = Instant.now();
    final Map<BuilderPlatform, Integer> polls = new ConcurrentHashMap<>();
    final Map<BuilderPlatform, Integer> healthReports = new ConcurrentHashMap<>();
    /** How it was finished, as often as it was. */
    final List<String> outcomes = new CopyOnWriteArrayList<>();

    private final List<StatusResponse> statuses = new CopyOnWriteArrayList<>();
    private volatile @Nullable Instant finishedAt;
    private volatile Instant lastCall = createdAt;

    EmulatedBuild(String id, String token, String projectId, List<BuildOptions> options) {
        this.id = id;
        this.token = token;
        this.projectId = projectId;
        this.options = List.copyOf(options);
    }

    void finish(String outcome) {
        outcomes.add(outcome);
        finishedAt = Instant.now();
    }

    void report(StatusResponse status) {
        statuses.add(status);
    }

    List<StatusResponse> statuses() {
        return List.copyOf(statuses);
    }

    /** Somebody still works on it. */
    void touch() {
        lastCall = Instant.now();
    }

    /** Ends it if nobody has asked for anything for so long. */
    void expire(Duration timeout) {
        if (outcomes.isEmpty() && lastCall.plus(timeout).isBefore(Instant.now())) {
            finish("timed out");
        }
    }

    Optional<String> outcome() {
        return outcomes.stream().findFirst();
    }

    Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAt);
    }
}
