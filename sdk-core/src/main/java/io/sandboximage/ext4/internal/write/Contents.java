package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.HalfMd4;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;

/** What is to be stored, whatever the size of the file system: inode numbers, and how many blocks each inode takes. */
final class Contents {
    private static final int LOST_AND_FOUND_BLOCKS = 4;

    /** The target and the NUL after it must fit into the kernel's buffer for paths. */
    private static final int MAX_TARGET_BYTES = 4095;

    private final Numbering numbers;
    private final XattrPlan xattrs;
    private final HalfMd4 hash;
    private final int[] directoryBlocks;

    Contents(FileTree tree, LayoutParameters parameters) {
        numbers = new Numbering(tree, parameters.timestamp());
        xattrs = new XattrPlan(numbers);
        hash = new HalfMd4(new Superblock().hashSeed(parameters.hashSeed()).hashSeed());
        directoryBlocks = new int[numbers.count()];
        for (int position = 0; position < directoryBlocks.length; position++) {
            Inode inode = numbers.inode(position);
            try {
                switch (inode.type()) {
                    case DIRECTORY -> directoryBlocks[position] = blocks(inode);
                    case SYMLINK -> requireTarget(inode);
                    default -> {}
                }
            } catch (InvalidContentException e) {
                throw numbers.at(inode, e);
            }
        }
    }

    private int blocks(Inode directory) {
        int blocks = DirectoryLayout.blocksFor(numbers.children(directory), hash);
        return numbers.isLostAndFound(directory) ? Math.max(blocks, LOST_AND_FOUND_BLOCKS) : blocks;
    }

    private static void requireTarget(Inode link) {
        int length = link.linkTarget().length;
        if (length == 0 || length > MAX_TARGET_BYTES) {
            throw new InvalidContentException("A symbolic link with a target of " + length
                    + " bytes cannot be stored: Linux allows 1 to " + MAX_TARGET_BYTES);
        }
        // Large values count as blocks of the inode, and by its blocks the kernel tells where a target is.
        if (XattrLayout.of(link).valueBlocks() > 0) {
            throw new InvalidContentException(
                    "The extended attributes of a symbolic link are too large: ext4 has one block"
                            + " of 4 KiB for them");
        }
    }

    Numbering numbers() {
        return numbers;
    }

    XattrPlan xattrs() {
        return xattrs;
    }

    DirectoryLayout directory(Inode directory) {
        return DirectoryLayout.of(numbers.children(directory), hash);
    }

    /** Whether a link's target stands in the inode itself. */
    static boolean isFastLink(Inode link) {
        return link.linkTarget().length < InodeRecord.I_BLOCK_BYTES;
    }

    /** The data blocks of the inode at a position. */
    BlockRanges ranges(int position) {
        Inode inode = numbers.inode(position);
        return switch (inode.type()) {
            case REGULAR -> ranges(inode);
            case DIRECTORY -> BlockRanges.first(directoryBlocks[position]);
            case SYMLINK -> BlockRanges.first(isFastLink(inode) ? 0 : 1);
            default -> BlockRanges.first(0);
        };
    }

    private BlockRanges ranges(Inode file) {
        try {
            return BlockRanges.of(file.content());
        } catch (InvalidContentException e) {
            throw numbers.at(file, e);
        }
    }

    /** Inodes in use: the reserved ones, one for each in the tree beside the root, and one for each large attribute value. */
    long usedInodes() {
        return valueInode(xattrs.values().size()) - 1L;
    }

    /** The number of the inode that holds a large attribute value. */
    int valueInode(int value) {
        return Numbering.number(numbers.count()) + value;
    }
}
