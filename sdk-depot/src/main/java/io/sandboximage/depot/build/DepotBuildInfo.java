package io.sandboximage.depot.build;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a build is going, or how it went.
 *
 * @param cachedSteps and {@code totalSteps}: only where Depot tells them
 */
public record DepotBuildInfo(
        String id,
        State state,
        Optional<Instant> createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        OptionalInt cachedSteps,
        OptionalInt totalSteps) {

    /** From its announcement to its end; empty while it runs. */
    public Optional<Duration> took() {
        return createdAt.flatMap(start -> finishedAt.map(end -> Duration.between(start, end)));
    }

    /** Where a build can be. */
    public enum State {
        RUNNING,
        SUCCEEDED,
        /** A step failed, or something beside it. */
        FAILED,
        CANCELED,
        /** Depot says something that is not known here. */
        UNKNOWN;

        /** Whether nothing more will come. */
        public boolean ended() {
            return this == SUCCEEDED || this == FAILED || this == CANCELED;
        }
    }
}
