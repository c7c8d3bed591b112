package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a daemon's build cache is to be removed; immutable, each step gives a new value. Sizes are in bytes; 0 is no limit.
 *
 * @param filters entries must fit one of them, for instance {@code type==source.local} or {@code id~=abc}; a comma means and
 * @param all also what images of the daemon and its internals use
 * @param unusedFor keeps what was used within this time
 * @param reservedBytes keeps this much in any case
 * @param maxUsedBytes removes only until the cache is this small
 * @param minFreeBytes removes only until this much of the disk is free
 */
public record CachePrune(
        List<String> filters,
        boolean all,
        Duration unusedFor,
        long reservedBytes,
        long maxUsedBytes,
        long minFreeBytes) {
    public CachePrune {
        filters = List.copyOf(filters);
        if (unusedFor.isNegative() || reservedBytes < 0 || maxUsedBytes < 0 || minFreeBytes < 0) {
            throw new InvalidRequestException("Sizes and times of a prune cannot be negative");
        }
    }

    /** What no image uses. */
    public static CachePrune unused() {
        return new CachePrune(List.of(), false, Duration.ZERO, 0, 0, 0);
    }

    /** All that no running build uses. */
    public static CachePrune everything() {
        return new CachePrune(List.of(), true, Duration.ZERO, 0, 0, 0);
    }

    /** Adds a filter; an entry must fit one of all. */
    public CachePrune filter(String filter) {
        List<String> more = new ArrayList<>(filters);
        more.add(filter);
        return new CachePrune(more, all, unusedFor, reservedBytes, maxUsedBytes, minFreeBytes);
    }

    public CachePrune unusedFor(Duration time) {
        return new CachePrune(filters, all, time, reservedBytes, maxUsedBytes, minFreeBytes);
    }

    public CachePrune reserve(long sizeBytes) {
        return new CachePrune(filters, all, unusedFor, sizeBytes, maxUsedBytes, minFreeBytes);
    }

    /** Needs BuildKit 0.17; older ones take no notice. */
    public CachePrune maxUsed(long sizeBytes) {
        return new CachePrune(filters, all, unusedFor, reservedBytes, sizeBytes, minFreeBytes);
    }

    /** Needs BuildKit 0.17; older ones take no notice. */
    public CachePrune minFree(long sizeBytes) {
        return new CachePrune(filters, all, unusedFor, reservedBytes, maxUsedBytes, sizeBytes);
    }
}
