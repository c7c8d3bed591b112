package io.sandboximage.depot.build;

import java.time.Instant;
import java.util.Optional;

/**
 * A step of a build as Depot remembers it.
 *
 * @param digest names the step within its build
 * @param completedAt empty while it runs
 * @param cached whether its result was there already
 * @param error what went wrong, where something did
 */
public record DepotBuildStep(
        String name,
        String digest,
        Optional<Instant> startedAt,
        Optional<Instant> completedAt,
        boolean cached,
        Optional<String> error,
        boolean hasLogs) {}
