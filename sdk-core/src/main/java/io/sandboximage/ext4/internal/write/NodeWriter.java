package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.InodeRecord.Time;
import io.sandboximage.ext4.internal.write.Allocation.Blocks;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Writes the inodes of the tree, and what of their content is not file data: directories, link targets, extent trees. */
final class NodeWriter {
    private final Plan plan;
    private final XattrWriter xattrs;
    private final Numbering numbers;
    private final SequentialBlocks directories;
    private final SequentialBlocks others;
    /** The extent tree of almost every file. */
    private final byte[] singleExtent = new byte[InodeRecord.I_BLOCK_BYTES];

    private final ExtentNode single =
            new ExtentNode(Ext4Format.littleEndian(singleExtent)).header(1, ExtentNode.INODE_ENTRIES, 0);

    NodeWriter(Plan plan, ImageFile file, XattrWriter xattrs) {
        this.plan = plan;
        this.xattrs = xattrs;
        this.numbers = plan.contents().numbers();
        this.directories = new SequentialBlocks(file);
        this.others = new SequentialBlocks(file);
    }

    void write(InodeTableWriter table, int position) {
        table.put(Numbering.number(position), inode -> fill(inode, position));
    }

    /** Writes what is pending. */
    void flush() {
        directories.flush();
        others.flush();
    }

    /** How many inodes of directories are in each group, up to the last group with a used inode. */
    int[] directoriesByGroup() {
        int perGroup = plan.geometry().inodesPerGroup();
        int[] directories = new int[(int) ((plan.contents().usedInodes() - 1) / perGroup) + 1];
        for (int position = 0; position < numbers.count(); position++) {
            if (numbers.inode(position).isDirectory()) {
                directories[(Numbering.number(position) - 1) / perGroup]++;
            }
        }
        return directories;
    }

    private void fill(InodeRecord target, int position) {
        Inode inode = numbers.inode(position);
        target.mode(typeBits(inode.type()) | inode.permissions())
                .owner(inode.uid(), inode.gid())
                .links(inode.isDirectory() ? numbers.directoryLinks(inode) : inode.names());
        for (Time time : new Time[] {Time.ACCESSED, Time.CHANGED, Time.MODIFIED}) {
            target.time(time, inode.mtimeSeconds(), inode.mtimeNanos());
        }
        long xattrBlocks = putXattrs(target, inode, position);
        switch (inode.type()) {
            case REGULAR -> putRegular(target, inode, position, xattrBlocks);
            case DIRECTORY -> putDirectory(target, inode, position, xattrBlocks);
            case SYMLINK -> putLink(target, inode, position, xattrBlocks);
            case CHARACTER_DEVICE, BLOCK_DEVICE -> putDevice(target, inode, xattrBlocks);
            case FIFO, SOCKET -> target.blocks(xattrBlocks);
        }
    }

    /** Gives the blocks that the attributes take. */
    private long putXattrs(InodeRecord target, Inode inode, int position) {
        XattrLayout layout = XattrLayout.of(inode);
        if (!layout.inInode().isEmpty()) {
            target.xattrArea(xattrs.area(layout.inInode()));
        }
        int block = plan.contents().xattrs().blockOf(position);
        if (block < 0) {
            return layout.valueBlocks();
        }
        target.xattrBlock(plan.allocation().xattrBlock(block));
        return 1 + layout.valueBlocks();
    }

    private void putRegular(InodeRecord target, Inode inode, int position, long xattrBlocks) {
        target.size(inode.content().sizeBytes());
        Blocks blocks = plan.allocation().blocks(position);
        putExtents(target, Numbering.number(position), plan.contents().ranges(position), blocks, xattrBlocks);
    }

    private void putDirectory(InodeRecord target, Inode inode, int position, long xattrBlocks) {
        int number = Numbering.number(position);
        BlockRanges ranges = plan.contents().ranges(position);
        Blocks blocks = plan.allocation().blocks(position);
        putExtents(target, number, ranges, blocks, xattrBlocks);
        target.size(ranges.blocks() << Ext4Format.BLOCK_SHIFT);
        DirectoryLayout layout = plan.contents().directory(inode);
        if (layout.hashed()) {
            target.flags(target.flags() | InodeRecord.FLAG_INDEX);
        }
        int seed = target.seed(plan.seed(), number);
        long[] next = {blocks.start()};
        new DirectoryBlocks(layout, numbers, number, numbers.parent(position), seed)
                .write(
                        (int) ranges.blocks(),
                        block -> directories.put(plan.allocation().map().block(next[0]++), block));
    }

    private void putLink(InodeRecord target, Inode inode, int position, long xattrBlocks) {
        byte[] path = inode.linkTarget();
        target.size(path.length);
        if (Contents.isFastLink(inode)) {
            target.iBlock(path).blocks(xattrBlocks);
            return;
        }
        Blocks blocks = plan.allocation().blocks(position);
        putExtents(target, Numbering.number(position), plan.contents().ranges(position), blocks, xattrBlocks);
        ByteBuffer block = ByteBuffer.wrap(Arrays.copyOf(path, Ext4Format.BLOCK_BYTES));
        others.put(plan.allocation().map().block(blocks.start()), block);
    }

    /**
     * Small numbers have the old encoding of 16 bits in the first word, larger ones the new in the second:
     * {@code minor bits 8–19 | major | minor bits 0–7}.
     */
    private static void putDevice(InodeRecord target, Inode inode, long xattrBlocks) {
        int major = inode.deviceMajor();
        int minor = inode.deviceMinor();
        if (major >>> 8 == 0 && minor >>> 8 == 0) {
            target.iBlockWord(0, (major << 8) | minor);
        } else {
            target.iBlockWord(1, (minor & 0xFF) | (major << 8) | ((minor & ~0xFF) << 12));
        }
        target.blocks(xattrBlocks);
    }

    /** Describes data blocks in an inode, and counts them together with those of the tree and {@code moreBlocks}. */
    byte[] putExtents(InodeRecord target, int number, BlockRanges ranges, Blocks place, long moreBlocks) {
        BlockMap map = plan.allocation().map();
        if (ranges.isFirst() && ranges.blocks() <= Math.min(ExtentNode.MAX_LENGTH, map.contiguous(place.start()))) {
            single.leaf(0, 0, (int) ranges.blocks(), map.block(place.start()));
            target.iBlock(singleExtent).flags(InodeRecord.FLAG_EXTENTS).blocks(ranges.blocks() + moreBlocks);
            return singleExtent.clone();
        }
        Extents extents = Extents.of(ranges, place.start(), map);
        byte[] iBlock = ExtentTree.write(
                extents, block -> map.block(place.tree() + block), target.seed(plan.seed(), number), others::put);
        target.iBlock(iBlock)
                .flags(InodeRecord.FLAG_EXTENTS)
                .blocks(ranges.blocks() + ExtentTree.blocks(extents.count()) + moreBlocks);
        return iBlock;
    }

    private static int typeBits(FileType type) {
        return switch (type) {
            case REGULAR -> InodeRecord.MODE_REGULAR;
            case DIRECTORY -> InodeRecord.MODE_DIRECTORY;
            case SYMLINK -> InodeRecord.MODE_SYMLINK;
            case CHARACTER_DEVICE -> InodeRecord.MODE_CHARACTER_DEVICE;
            case BLOCK_DEVICE -> InodeRecord.MODE_BLOCK_DEVICE;
            case FIFO -> InodeRecord.MODE_FIFO;
            case SOCKET -> InodeRecord.MODE_SOCKET;
        };
    }
}
