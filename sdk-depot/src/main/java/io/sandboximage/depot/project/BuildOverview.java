package io.sandboximage.depot.project;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A build as the list of a project shows it.
 *
 * @param finishedAt empty while it runs
 */
public record BuildOverview(String id, State state, Instant createdAt, Optional<Instant> finishedAt) {

    /** How far a build is. */
    public enum State {
        RUNNING,
        FINISHED,
        FAILED,
        CANCELED,
        /** One that this SDK does not know. */
        OTHER
    }

    /** How long it took; empty while it runs. */
    public Optional<Duration> took() {
        return finishedAt.map(end -> Duration.between(createdAt, end));
    }
}
