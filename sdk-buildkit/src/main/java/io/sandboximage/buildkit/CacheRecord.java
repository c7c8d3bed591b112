package io.sandboximage.buildkit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One entry of a daemon's build cache.
 *
 * @param type for instance {@code regular}, {@code source.local}, {@code exec.cachemount}
 * @param description what made it, for people
 * @param sizeBytes what removing it frees, apart from what others share
 * @param mutable whether a later build may still write it, as cache mounts
 * @param inUse whether a build is using it now; such entries stay
 * @param shared whether an image or another entry has the same content
 * @param parents entries that it builds on
 */
public record CacheRecord(
        String id,
        String type,
        String description,
        long sizeBytes,
        boolean mutable,
        boolean inUse,
        boolean shared,
        Instant createdAt,
        Optional<Instant> lastUsedAt,
        long usageCount,
        List<String> parents) {
    public CacheRecord {
        parents = List.copyOf(parents);
    }
}
