package io.sandboximage.ext4.internal.write;

import java.time.Instant;
import java.util.UUID;

/**
 * The options of a layout, with all defaults filled in that do not depend on the size.
 *
 * @param sizeBytes exact size, or -1 for as large as needed
 * @param minimumBytes least automatic size
 * @param freePercent free space of an automatic size, in percent of what is used
 * @param freeBytes chosen free space of an automatic size, or -1 for the percentage
 * @param inodes chosen number, or -1 for one by the size of the file system
 * @param journalBytes chosen size of the journal, or -1 for one by the size of the file system
 */
public record LayoutParameters(
        long sizeBytes,
        long minimumBytes,
        int freePercent,
        long freeBytes,
        long inodes,
        int bytesPerInode,
        long freeInodes,
        UUID uuid,
        UUID hashSeed,
        Instant timestamp,
        String label,
        boolean journal,
        long journalBytes,
        int reservedPercent) {
    /** What an automatic size will be at least. */
    long expectedBytes() {
        return Math.max(minimumBytes, freeBytes);
    }
}
