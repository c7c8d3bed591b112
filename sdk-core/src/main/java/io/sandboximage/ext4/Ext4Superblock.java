package io.sandboximage.ext4;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * What the superblock of an ext4 file system tells.
 *
 * @param hashSeed the secret of directory hashes
 * @param label the volume label; empty if there is none
 * @param blockBytes size of a block
 * @param features names as {@code dumpe2fs} prints them, for instance {@code metadata_csum}, sorted
 * @param clean whether the file system was unmounted cleanly and has no known errors
 * @param needsRecovery whether the journal holds changes that are not yet in place
 * @param mountCount mounts since the last check
 * @param created when the file system was made
 * @param lastWritten when the superblock was last written
 * @param lastMounted 1970-01-01T00:00:00Z if never
 */
public record Ext4Superblock(
        UUID uuid,
        UUID hashSeed,
        String label,
        long sizeBytes,
        int blockBytes,
        long blockCount,
        long freeBlocks,
        long inodeCount,
        long freeInodes,
        Set<String> features,
        boolean clean,
        boolean needsRecovery,
        int mountCount,
        Instant created,
        Instant lastWritten,
        Instant lastMounted) {
    public Ext4Superblock {
        features = java.util.Collections.unmodifiableSet(new java.util.TreeSet<>(features));
    }
}
