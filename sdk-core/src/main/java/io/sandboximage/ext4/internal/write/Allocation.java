package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;
import io.sandboximage.filetree.FileType;
import java.util.HashMap;
import java.util.Map;

/**
 * Which blocks belong to what, as indexes into a {@link BlockMap}, in this order:
 *
 * <pre>
 * file data | directories | extent trees and link targets in inode order | attribute blocks | large attribute values
 * | resize inode's pointers | journal
 * </pre>
 *
 * Only the first index of each inode is kept: the rest follows from its content.
 */
final class Allocation {
    private final BlockMap map;
    private final Placement placement;
    private final long[] starts;
    private final Map<Integer, Long> trees;
    private final long xattrStart;
    private final Blocks[] values;
    private final long resizeStart;
    private final Blocks journal;
    private long next;

    /** Indexes known to follow each other on disk: one search serves many files. */
    private long gapStart;

    private long gapEnd;

    /**
     * Blocks that follow each other.
     *
     * @param start of the data
     * @param tree start of the blocks of the extent tree, if it needs any
     */
    record Blocks(long start, long tree) {}

    /** Without what depends on the file system's size: that comes by {@link #with}. */
    Allocation(Contents contents, Placement placement, BlockMap map) {
        this.map = map;
        this.placement = placement;
        next = placement.blocks();
        trees = new HashMap<>();
        starts = new long[contents.numbers().count()];
        for (int position = 0; position < starts.length; position++) {
            if (contents.numbers().inode(position).isDirectory()) {
                take(contents, position);
            }
        }
        for (int position = 0; position < starts.length; position++) {
            if (contents.numbers().inode(position).type() == FileType.REGULAR) {
                starts[position] = placement.start(position);
                takeTree(contents.ranges(position), position);
            } else if (!contents.numbers().inode(position).isDirectory()) {
                take(contents, position);
            }
        }
        xattrStart = next;
        next += contents.xattrs().blocks().size();
        values = contents.xattrs().values().stream()
                .map(value -> take(BlockRanges.first(Ext4Format.blocksFor(value.length))))
                .toArray(Blocks[]::new);
        resizeStart = next;
        journal = new Blocks(next, next);
    }

    private Allocation(Allocation files, long journalBlocks, boolean resizeInode) {
        map = files.map;
        placement = files.placement;
        starts = files.starts;
        trees = files.trees;
        xattrStart = files.xattrStart;
        values = files.values;
        resizeStart = files.resizeStart;
        next = resizeStart + (resizeInode ? 1 : 0);
        journal = take(BlockRanges.first(journalBlocks));
    }

    /** The same with a journal, and room for the resize inode's pointers. */
    Allocation with(long journalBlocks, boolean resizeInode) {
        return new Allocation(this, journalBlocks, resizeInode);
    }

    private void take(Contents contents, int position) {
        BlockRanges ranges = contents.ranges(position);
        starts[position] = next;
        next += ranges.blocks();
        takeTree(ranges, position);
    }

    private void takeTree(BlockRanges ranges, int position) {
        int blocks = ExtentTree.blocks(extentCount(ranges, starts[position]));
        if (blocks > 0) {
            trees.put(position, next);
            next += blocks;
        }
    }

    private Blocks take(BlockRanges ranges) {
        long start = next;
        long tree = start + ranges.blocks();
        next = tree + ExtentTree.blocks(extentCount(ranges, start));
        return new Blocks(start, tree);
    }

    /** Almost all files are one extent, which needs no list to be made. */
    private int extentCount(BlockRanges ranges, long start) {
        boolean single = ranges.count() == 1 && ranges.blocks() <= ExtentNode.MAX_LENGTH && inOneGap(start, ranges);
        return single || ranges.count() == 0
                ? ranges.count()
                : Extents.of(ranges, start, map).count();
    }

    private boolean inOneGap(long start, BlockRanges ranges) {
        if (start < gapStart || start >= gapEnd) {
            gapStart = start;
            gapEnd = start + Math.min(map.contiguous(start), Long.MAX_VALUE - start);
        }
        return start + ranges.blocks() <= gapEnd;
    }

    /** Everything from this index on is free. */
    long end() {
        return next;
    }

    /** How many blocks are in use. */
    long used() {
        return next - placement.holeBlocks();
    }

    Placement placement() {
        return placement;
    }

    Blocks journal() {
        return journal;
    }

    long resizeBlock() {
        return map.block(resizeStart);
    }

    /** The blocks of an inode. */
    Blocks blocks(int position) {
        return new Blocks(starts[position], trees.getOrDefault(position, next));
    }

    Blocks value(int value) {
        return values[value];
    }

    long xattrBlock(int block) {
        return map.block(xattrStart + block);
    }

    BlockMap map() {
        return map;
    }
}
