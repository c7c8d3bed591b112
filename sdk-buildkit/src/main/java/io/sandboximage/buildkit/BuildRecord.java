package io.sandboximage.buildkit;

import io.sandboximage.image.Descriptor;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A build in a daemon's history.
 *
 * @param reference its id, as {@link SolveResult#reference} gives it
 * @param options of the frontend, by the frontend's names; values of build arguments are among them
 * @param exporters types of the exporters
 * @param completedAt empty while it runs
 * @param error why it failed; empty if it did not
 * @param properties what the exporters answered
 * @param image manifest or index of the first image that was exported; empty if there was none
 * @param pinned whether it is kept beyond the daemon's limits
 */
public record BuildRecord(
        String reference,
        String frontend,
        Map<String, String> options,
        List<String> exporters,
        Instant createdAt,
        Optional<Instant> completedAt,
        Optional<String> error,
        Map<String, String> properties,
        Optional<Descriptor> image,
        boolean pinned,
        int cachedSteps,
        int completedSteps,
        int totalSteps,
        int warnings) {
    public BuildRecord {
        options = Collections.unmodifiableMap(new TreeMap<>(options));
        exporters = List.copyOf(exporters);
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** Options may hold what was meant to be secret, so they do not show. */
    @Override
    public String toString() {
        return "BuildRecord[" + reference + ", " + frontend + ", " + createdAt + "]";
    }
}
