package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
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
    final String token;
    final String projectId;
    final List<BuildOptions> options;
    final Instant createdAt = Instant.now();
    final Map<BuilderPlatform, Integer> polls = new ConcurrentHashMap<>();
    final Map<BuilderPlatform, Integer> healthReports = new ConcurrentHashMap<>();
    /** How it was finished, as often as it was. */
    final List<String> outcomes = new CopyOnWriteArrayList<>();

    final List<byte[]> statuses = new CopyOnWriteArrayList<>();
    private volatile @Nullable Instant finishedAt;

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

    Optional<Instant> finishedAt() {
        return Optional.ofNullable(finishedAt);
    }
}
