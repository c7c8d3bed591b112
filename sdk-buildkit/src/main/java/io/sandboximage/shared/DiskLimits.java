package io.sandboximage.shared;

import io.sandboximage.error.InvalidRequestException;

/**
 * How much of the disk the build cache may take; BuildKit collects garbage after builds by these limits. In bytes.
 *
 * @param reserved what the cache may always keep, however full the disk is
 * @param maxUsed above this the cache shrinks, least recently used first
 * @param minFree of the disk, for all others; the cache shrinks for it down to {@code reserved}
 * @param contexts of local contexts, git checkouts and cache mounts that two days did not need, the part that may stay
 */
public record DiskLimits(long reserved, long maxUsed, long minFree, long contexts) {
    private static final long GIB = 1L << 30;
    private static final long MOST_RESERVED = 10 * GIB;
    private static final long MOST_CONTEXTS = 10 * GIB;

    public DiskLimits {
        if (reserved < 0 || minFree < 0 || contexts < 0 || maxUsed <= 0 || reserved > maxUsed) {
            throw new InvalidRequestException("Disk limits of " + reserved + " reserved, " + maxUsed + " at most, "
                    + minFree + " free and " + contexts + " of contexts contradict each other");
        }
    }

    /**
     * Sized from the disk, so that cache, registry and everybody else fit: the cache takes 60 % at most, and gives way when less
     * than 20 % of the disk is free, but not below a tenth of the disk or 10 GiB, whichever is less. Contexts and cache mounts
     * stay with 5 %, 10 GiB at most. A disk of 500 GiB has 300 GiB of cache, 100 GiB free, 10 GiB reserved, 10 GiB of contexts.
     */
    public static DiskLimits ofDisk(long totalBytes) {
        return new DiskLimits(
                Math.min(totalBytes / 10, MOST_RESERVED),
                Math.max(1, totalBytes / 10 * 6),
                totalBytes / 5,
                Math.min(totalBytes / 20, MOST_CONTEXTS));
    }
}
