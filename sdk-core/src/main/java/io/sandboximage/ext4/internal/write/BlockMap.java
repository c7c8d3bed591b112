package io.sandboximage.ext4.internal.write;

/**
 * The blocks between the fixed structures, numbered from 0 without gaps. Everything that is not fixed is allocated one after the
 * other in this numbering, so what is in use is described by one number, and where a file's blocks are by its first.
 *
 * <pre>
 * disk:     F F 0 1 2 F F F 3 4 5 6 F 7 …      (F = fixed)
 * </pre>
 */
final class BlockMap {
    private final long[] gapStarts;
    private final long[] gapIndexes;
    private final long capacity;

    BlockMap(Geometry geometry) {
        int count = geometry.fixed().size();
        gapStarts = new long[count];
        gapIndexes = new long[count];
        long index = 0;
        for (int i = 0; i < count; i++) {
            gapStarts[i] = geometry.fixed().get(i).end();
            gapIndexes[i] = index;
            if (i + 1 < count) {
                index += geometry.fixed().get(i + 1).start() - gapStarts[i];
            }
        }
        capacity = index + geometry.blocks() - gapStarts[count - 1];
    }

    /** How many blocks there are to allocate; negative if not even the fixed structures fit. */
    long capacity() {
        return capacity;
    }

    /** The block on disk; indexes beyond the capacity give blocks beyond the end. */
    long block(long index) {
        int gap = gapOf(index);
        return gapStarts[gap] + index - gapIndexes[gap];
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
