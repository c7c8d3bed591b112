package io.sandboximage.ext4.internal.write;

import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Where file data stands: in an area at the start of the {@link BlockMap}, which belongs to regular files alone. Blocks in it that
 * no file has are free.
 */
final class Placement {
    /** Positions and block numbers fit together into a long. */
    private static final int POSITION_BITS = 28;

    private final long[] starts;
    private final List<Run> holes;
    private final long blocks;

    private Placement(long[] starts, List<Run> holes, long blocks) {
        this.starts = starts;
        this.holes = holes;
        this.blocks = blocks;
    }

    /** Files in the order of their numbers, without holes. */
    static Placement packed(Contents contents) {
        long[] starts = new long[contents.numbers().count()];
        long next = 0;
        for (int position = 0; position < starts.length; position++) {
            if (contents.numbers().inode(position).type() == FileType.REGULAR) {
                starts[position] = next;
                next += contents.ranges(position).blocks();
            }
        }
        return new Placement(starts, List.of(), next);
    }

    /**
     * Files where their data was written before.
     *
     * @param first the number in the area of a regular file's first data block
     * @param blocks size of the area
     * @throws IllegalArgumentException if files overlap each other or pass the area's end
     */
    static Placement given(Contents contents, ToLongFunction<Inode> first, long blocks) {
        int count = contents.numbers().count();
        if (count >= 1 << POSITION_BITS) {
            throw new IllegalArgumentException("A tree of " + count + " inodes is too large");
        }
        long[] starts = new long[count];
        long[] order = new long[count];
        int files = 0;
        for (int position = 0; position < count; position++) {
            Inode inode = contents.numbers().inode(position);
            if (inode.type() == FileType.REGULAR && contents.ranges(position).blocks() > 0) {
                starts[position] = first.applyAsLong(inode);
                order[files++] = starts[position] << POSITION_BITS | position;
            }
        }
        Arrays.sort(order, 0, files);
        List<Run> holes = new ArrayList<>();
        long end = 0;
        for (int i = 0; i < files; i++) {
            int position = (int) (order[i] & ((1 << POSITION_BITS) - 1));
            long start = starts[position];
            if (start < end) {
                throw new IllegalArgumentException("Two files of the tree have the data block " + start);
            }
            if (start > end) {
                holes.add(new Run(end, start - end));
            }
            end = start + contents.ranges(position).blocks();
        }
        if (end > blocks) {
            throw new IllegalArgumentException("A file passes the end of the data, block " + blocks);
        }
        if (end < blocks) {
            holes.add(new Run(end, blocks - end));
        }
        return new Placement(starts, holes, blocks);
    }

    /** Index of the first data block of the regular file at a position. */
    long start(int position) {
        return starts[position];
    }

    /** Size of the area. */
    long blocks() {
        return blocks;
    }

    /** Indexes of the blocks that no file has, ascending, not adjacent to each other. */
    List<Run> holes() {
        return holes;
    }

    long holeBlocks() {
        return holes.stream().mapToLong(Run::length).sum();
    }
}
