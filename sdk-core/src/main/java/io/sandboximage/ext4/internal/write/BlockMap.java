package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Ext4Format;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks between the copies of superblock and descriptors, numbered from 0 without gaps. Everything else is allocated one
 * after the other in this numbering, so what is in use is described by few numbers, and where a file's blocks are by its first.
 *
 * <pre>
 * disk:     C C 0 1 2 C C 3 4 5 6 …      (C = copy)
 * </pre>
 *
 * It depends on the size of the copies alone and not on that of the file system: what has a number keeps its place.
 */
final class BlockMap {
    private static final long MAX_GROUPS = (128L << 40) / Ext4Format.BLOCK_BYTES / Ext4Format.BLOCKS_PER_GROUP;

    private final int copyBlocks;
    private final long[] gapStarts;
    private final long[] gapIndexes;

    /** @param copyBlocks how many blocks superblock, descriptors and the room for more of them take at the start of a group */
    BlockMap(int copyBlocks) {
        this.copyBlocks = copyBlocks;
        List<Long> backups = BackupGroups.below(MAX_GROUPS);
        gapStarts = new long[backups.size() + 1];
        gapIndexes = new long[backups.size() + 1];
        gapStarts[0] = copyBlocks;
        for (int gap = 1; gap < gapStarts.length; gap++) {
            long copy = backups.get(gap - 1) * Ext4Format.BLOCKS_PER_GROUP;
            gapStarts[gap] = copy + copyBlocks;
            gapIndexes[gap] = gapIndexes[gap - 1] + copy - gapStarts[gap - 1];
        }
    }

    int copyBlocks() {
        return copyBlocks;
    }

    /** The block on disk. */
    long block(long index) {
        int gap = gapOf(index);
        return gapStarts[gap] + index - gapIndexes[gap];
    }

    /** The copies in front of {@code index}, as runs on disk, ascending. */
    List<Run> copiesBefore(long index) {
        List<Run> copies = new ArrayList<>();
        for (int gap = 0; gap < gapIndexes.length && gapIndexes[gap] < index; gap++) {
            copies.add(new Run(gapStarts[gap] - copyBlocks, copyBlocks));
        }
        return copies;
    }

    /** How many blocks, from this one, follow each other on disk. */
    long contiguous(long index) {
        int gap = gapOf(index);
        return gap + 1 == gapIndexes.length ? Long.MAX_VALUE : gapIndexes[gap + 1] - index;
    }

    private int gapOf(long index) {
        int low = 0;
        int high = gapIndexes.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (gapIndexes[middle] <= index) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }
}
