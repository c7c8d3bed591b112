package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;

/**
 * Which blocks belong to what, as indexes into a {@link BlockMap}, in this order:
 *
 * <pre>
 * journal | resize inode's pointers | directories | attribute blocks | files and links in inode order | large attribute values
 * </pre>
 *
 * The blocks of an extent tree follow the data that they describe. Only the first index of each inode is kept: the rest
 * follows from its content.
 */
final class Allocation {
    private final BlockMap map;
    private final long journalStart;
    private final long resizeStart;
    private final long xattrStart;
    private final long[] starts;
    private final long[] valueStarts;
    private long next;

    Allocation(Contents contents, Geometry geometry, BlockMap map, long journalBlocks) {
        this.map = map;
        starts = new long[contents.numbers().count()];
        journalStart = take(BlockRanges.first(journalBlocks));
        resizeStart = next;
        next += geometry.resizeInode() ? 1 : 0;
        for (int position = 0; position < starts.length; position++) {
            if (contents.numbers().inode(position).isDirectory()) {
                starts[position] = take(contents.ranges(position));
            }
        }
        xattrStart = next;
        next += contents.xattrs().blocks().size();
        for (int position = 0; position < starts.length; position++) {
            if (!contents.numbers().inode(position).isDirectory()) {
                starts[position] = take(contents.ranges(position));
            }
        }
        valueStarts = contents.xattrs().values().stream()
                .mapToLong(value -> take(BlockRanges.first(Ext4Format.blocksFor(value.length))))
                .toArray();
    }

    private long take(BlockRanges ranges) {
        long start = next;
        next += ranges.blocks();
        next += ExtentTree.blocks(extentCount(ranges, start));
        return start;
    }

    /** Almost all files are one extent, which needs no list to be made. */
    private int extentCount(BlockRanges ranges, long start) {
        boolean single =
                ranges.count() == 1 && ranges.blocks() <= Math.min(map.contiguous(start), ExtentNode.MAX_LENGTH);
        return single || ranges.count() == 0
                ? ranges.count()
                : Extents.of(ranges, start, map).count();
    }

    /** How many blocks of the map are in use: those from 0. */
    long used() {
        return next;
    }

    long journalStart() {
        return journalStart;
    }

    long resizeBlock() {
        return map.block(resizeStart);
    }

    /** Index of the first data block of an inode. */
    long start(int position) {
        return starts[position];
    }

    long valueStart(int value) {
        return valueStarts[value];
    }

    long xattrBlock(int block) {
        return map.block(xattrStart + block);
    }

    BlockMap map() {
        return map;
    }
}
