package io.sandboximage.ext4.internal.write;

import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCKS_PER_GROUP;
import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCK_BYTES;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;

/**
 * How a file system of a given size is divided. Superblock and descriptors, with room for more of them, stand at the start of the
 * first group, and as copies at the start of some others; everything else finds its place later.
 *
 * @param blocks in the file system
 * @param descriptorBlocks of the groups that there are
 * @param reservedDescriptorBlocks kept free behind them, for growth while mounted
 * @param copyBlocks what superblock, descriptors and reserve take, here and in each group with a copy
 */
record Geometry(long blocks, int inodesPerGroup, int descriptorBlocks, int reservedDescriptorBlocks, int copyBlocks) {
    static final int LOG_GROUPS_PER_FLEX = 4;
    static final int MAX_INODES_PER_GROUP = 8 * BLOCK_BYTES;
    private static final int INODES_PER_BLOCK = BLOCK_BYTES / InodeRecord.BYTES;
    private static final long MAX_INODES = 0xFFFFFFFFL;
    private static final int DESCRIPTORS_PER_BLOCK = BLOCK_BYTES / GroupDescriptor.BYTES;

    /** A last group must have at least so many blocks beyond its own structures, as mke2fs has it. */
    private static final int MIN_LAST_GROUP_DATA = 50;

    /** Room for growth while mounted, as mke2fs has it: 1024 times the size… */
    private static final int GROWTH_FACTOR = 1024;

    /** …but only up to 2 TiB: each reserved block is paid for in every backup group. */
    private static final long GROWTH_CAP_BLOCKS = (2L << 40) / BLOCK_BYTES;

    /** The resize inode's block pointers have 32 bits. */
    private static final long MAX_RESIZE_BLOCKS = 1L << 32;

    private static final int POINTERS_PER_BLOCK = BLOCK_BYTES / Integer.BYTES;

    /**
     * @param wanted blocks there may be; a remainder too small for a group of its own is left out
     * @param inodes how many inodes there shall be at least
     * @param room blocks for descriptors, used or not
     */
    static Geometry of(long wanted, long inodes, int room) {
        long blocks = wanted;
        while (true) {
            int perGroup = inodesPerGroup(blocks, inodes);
            long rest = blocks % BLOCKS_PER_GROUP;
            if (blocks < BLOCKS_PER_GROUP || rest == 0 || rest >= lastGroupMinimum(blocks, perGroup, room)) {
                int descriptors = descriptorBlocks(blocks);
                int reserve = blocks >= MAX_RESIZE_BLOCKS ? 0 : Math.min(room - descriptors, POINTERS_PER_BLOCK);
                return new Geometry(blocks, perGroup, descriptors, reserve, 1 + room);
            }
            blocks -= rest;
        }
    }

    /** Blocks for descriptors in a file system of exactly this size. */
    static int room(long blocks) {
        int descriptors = descriptorBlocks(blocks);
        if (blocks >= MAX_RESIZE_BLOCKS) {
            return descriptors;
        }
        long growth = Math.min(blocks * GROWTH_FACTOR, Math.max(GROWTH_CAP_BLOCKS, 2 * blocks));
        int target = descriptorBlocks(Math.min(growth, MAX_RESIZE_BLOCKS - 1));
        return Math.max(descriptors, Math.min(target, descriptors + POINTERS_PER_BLOCK));
    }

    /**
     * Blocks for descriptors where the size follows the content: the same for everything up to 2 TiB, so that file data keeps its
     * place whatever else there is.
     *
     * @param expectedBytes what is known of the size before; above 1 TiB there is room for twice as much, up to 16 TiB
     */
    static int automaticRoom(long expectedBytes) {
        long expected = expectedBytes / BLOCK_BYTES;
        long most = Math.max(GROWTH_CAP_BLOCKS, 2 * expected);
        return Math.min(
                descriptorBlocks(Math.min(most, MAX_RESIZE_BLOCKS - 1)),
                Math.max(descriptorBlocks(GROWTH_CAP_BLOCKS), descriptorBlocks(expected) + POINTERS_PER_BLOCK));
    }

    /** The largest file system whose descriptors find room. */
    static long mostBlocks(int room) {
        return (long) room * DESCRIPTORS_PER_BLOCK * BLOCKS_PER_GROUP;
    }

    private static int descriptorBlocks(long blocks) {
        return (int) ceilDiv(ceilDiv(blocks, BLOCKS_PER_GROUP), DESCRIPTORS_PER_BLOCK);
    }

    /** How many blocks the last group of {@code blocks} needs to be worth having. */
    private static long lastGroupMinimum(long blocks, int inodesPerGroup, int room) {
        long minimum = 2L + inodesPerGroup / INODES_PER_BLOCK + MIN_LAST_GROUP_DATA;
        boolean copy = BackupGroups.contains(ceilDiv(blocks, BLOCKS_PER_GROUP) - 1);
        return copy ? minimum + 1 + room : minimum;
    }

    private static int inodesPerGroup(long blocks, long inodes) {
        long groups = ceilDiv(blocks, BLOCKS_PER_GROUP);
        long perGroup = ceilDiv(Math.max(inodes, INODES_PER_BLOCK), groups);
        perGroup = Math.min(ceilDiv(perGroup, INODES_PER_BLOCK) * INODES_PER_BLOCK, MAX_INODES_PER_GROUP);
        while (perGroup * groups > MAX_INODES) {
            perGroup -= INODES_PER_BLOCK;
        }
        return (int) perGroup;
    }

    int groups() {
        return (int) ceilDiv(blocks, BLOCKS_PER_GROUP);
    }

    long inodes() {
        return (long) inodesPerGroup * groups();
    }

    int inodeTableBlocks() {
        return inodesPerGroup / INODES_PER_BLOCK;
    }

    boolean resizeInode() {
        return reservedDescriptorBlocks > 0;
    }

    int blocksOf(int group) {
        return (int) Math.min(BLOCKS_PER_GROUP, blocks - (long) group * BLOCKS_PER_GROUP);
    }

    /** Blocks of all copies together, the first included. */
    long allCopyBlocks() {
        return (long) copyBlocks * (1 + BackupGroups.below(groups()).size());
    }

    static long ceilDiv(long value, long divisor) {
        return (value + divisor - 1) / divisor;
    }
}
