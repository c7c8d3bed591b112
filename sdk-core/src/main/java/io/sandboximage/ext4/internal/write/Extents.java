package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.ExtentNode;
import java.util.Arrays;

/** Where a file's data blocks are: runs that follow each other both in the file and on disk. */
final class Extents {
    private long[] logical = new long[4];
    private long[] physical = new long[4];
    private int[] lengths = new int[4];
    private int count;

    /** @param first index in the block map of the file's first data block; the others follow it */
    static Extents of(BlockRanges ranges, long first, BlockMap map) {
        Extents extents = new Extents();
        long index = first;
        for (int range = 0; range < ranges.count(); range++) {
            long fileBlock = ranges.start(range);
            long left = ranges.length(range);
            while (left > 0) {
                int length = (int) Math.min(Math.min(left, ExtentNode.MAX_LENGTH), map.contiguous(index));
                extents.add(fileBlock, map.block(index), length);
                fileBlock += length;
                index += length;
                left -= length;
            }
        }
        return extents;
    }

    private void add(long fileBlock, long diskBlock, int length) {
        if (count == logical.length) {
            logical = Arrays.copyOf(logical, 2 * count);
            physical = Arrays.copyOf(physical, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        logical[count] = fileBlock;
        physical[count] = diskBlock;
        lengths[count++] = length;
    }

    int count() {
        return count;
    }

    long logical(int extent) {
        return logical[extent];
    }

    long physical(int extent) {
        return physical[extent];
    }

    int length(int extent) {
        return lengths[extent];
    }
}
