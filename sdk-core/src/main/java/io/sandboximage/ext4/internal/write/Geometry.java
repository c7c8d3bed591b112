package io.sandboximage.ext4.internal.write;

import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCKS_PER_GROUP;
import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCK_BYTES;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Where the fixed structures of a file system of a given size stand. Bitmaps and inode tables of 16 groups stand together at
 * the start of the first of them (flex_bg), so that data runs are long:
 *
 * <pre>
 * superblock | descriptors | reserved | 16 block bitmaps | 16 inode bitmaps | 16 inode tables | free …
 * </pre>
 *
 * Superblock copies in later groups are stepped over. Nothing here fails when the size is too small: structures then stand
 * beyond the end, which {@link #end()} tells.
 */
final class Geometry {
    static final int LOG_GROUPS_PER_FLEX = 4;
    private static final int GROUPS_PER_FLEX = 1 << LOG_GROUPS_PER_FLEX;
    private static final int INODES_PER_BLOCK = BLOCK_BYTES / InodeRecord.BYTES;
    static final int MAX_INODES_PER_GROUP = 8 * BLOCK_BYTES;
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

    private final long blocks;
    private final int groups;
    private final int inodesPerGroup;
    private final int descriptorBlocks;
    private final int reservedDescriptorBlocks;
    private final long[] blockBitmaps;
    private final long[] inodeBitmaps;
    private final long[] inodeTables;
    private final List<Run> fixed;

    private Geometry(long blocks, int inodesPerGroup) {
        this.blocks = blocks;
        this.groups = (int) ceilDiv(blocks, BLOCKS_PER_GROUP);
        this.inodesPerGroup = inodesPerGroup;
        this.descriptorBlocks = (int) ceilDiv(groups, DESCRIPTORS_PER_BLOCK);
        this.reservedDescriptorBlocks = reservedFor(blocks, descriptorBlocks);
        int flexes = (int) ceilDiv(groups, GROUPS_PER_FLEX);
        blockBitmaps = new long[flexes];
        inodeBitmaps = new long[flexes];
        inodeTables = new long[groups];
        fixed = place();
    }

    /**
     * @param wanted blocks there may be; a remainder too small for a group of its own is left out
     * @param inodes how many inodes there shall be at least
     */
    static Geometry of(long wanted, long inodes) {
        long blocks = wanted;
        while (true) {
            int perGroup = inodesPerGroup(blocks, inodes);
            long rest = blocks % BLOCKS_PER_GROUP;
            if (blocks < BLOCKS_PER_GROUP || rest == 0 || rest >= lastGroupMinimum(blocks, perGroup)) {
                return new Geometry(blocks, perGroup);
            }
            blocks -= rest;
        }
    }

    /** How many blocks the last group of {@code blocks} needs to be worth having. */
    private static long lastGroupMinimum(long blocks, int inodesPerGroup) {
        long minimum = 2L + inodesPerGroup / INODES_PER_BLOCK + MIN_LAST_GROUP_DATA;
        long groups = ceilDiv(blocks, BLOCKS_PER_GROUP);
        if (BackupGroups.contains(groups - 1)) {
            int descriptors = (int) ceilDiv(groups, DESCRIPTORS_PER_BLOCK);
            minimum += 1 + descriptors + reservedFor(blocks, descriptors);
        }
        return minimum;
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

    private static int reservedFor(long blocks, int descriptorBlocks) {
        if (blocks >= MAX_RESIZE_BLOCKS) {
            return 0;
        }
        long growth = Math.min(blocks * GROWTH_FACTOR, Math.max(GROWTH_CAP_BLOCKS, 2 * blocks));
        long target =
                ceilDiv(ceilDiv(Math.min(growth, MAX_RESIZE_BLOCKS - 1), BLOCKS_PER_GROUP), DESCRIPTORS_PER_BLOCK);
        int pointersPerBlock = BLOCK_BYTES / Integer.BYTES;
        return (int) Math.max(0, Math.min(target - descriptorBlocks, pointersPerBlock));
    }

    private List<Run> place() {
        List<Run> copies = new ArrayList<>();
        int copyBlocks = 1 + descriptorBlocks + reservedDescriptorBlocks;
        copies.add(new Run(0, copyBlocks));
        for (long group : BackupGroups.below(groups)) {
            copies.add(new Run(group * BLOCKS_PER_GROUP, copyBlocks));
        }
        List<Run> runs = new ArrayList<>(copies);
        Cursor cursor = new Cursor(copies);
        for (int flex = 0; flex < blockBitmaps.length; flex++) {
            int first = flex * GROUPS_PER_FLEX;
            int count = Math.min(GROUPS_PER_FLEX, groups - first);
            cursor.startAt((long) first * BLOCKS_PER_GROUP);
            blockBitmaps[flex] = cursor.take(count, runs);
            inodeBitmaps[flex] = cursor.take(count, runs);
            for (int group = first; group < first + count; group++) {
                inodeTables[group] = cursor.take(inodeTableBlocks(), runs);
            }
        }
        return merged(runs);
    }

    private static List<Run> merged(List<Run> runs) {
        runs.sort(Comparator.comparingLong(Run::start));
        List<Run> merged = new ArrayList<>();
        for (Run run : runs) {
            int last = merged.size() - 1;
            if (last >= 0 && merged.get(last).end() == run.start()) {
                Run before = merged.get(last);
                merged.set(last, new Run(before.start(), before.length() + run.length()));
            } else {
                merged.add(run);
            }
        }
        return List.copyOf(merged);
    }

    long blocks() {
        return blocks;
    }

    int groups() {
        return groups;
    }

    int inodesPerGroup() {
        return inodesPerGroup;
    }

    long inodes() {
        return (long) inodesPerGroup * groups;
    }

    int inodeTableBlocks() {
        return inodesPerGroup / INODES_PER_BLOCK;
    }

    int descriptorBlocks() {
        return descriptorBlocks;
    }

    int reservedDescriptorBlocks() {
        return reservedDescriptorBlocks;
    }

    boolean resizeInode() {
        return reservedDescriptorBlocks > 0;
    }

    long blockBitmap(int group) {
        return blockBitmaps[group >> LOG_GROUPS_PER_FLEX] + (group & (GROUPS_PER_FLEX - 1));
    }

    long inodeBitmap(int group) {
        return inodeBitmaps[group >> LOG_GROUPS_PER_FLEX] + (group & (GROUPS_PER_FLEX - 1));
    }

    long inodeTable(int group) {
        return inodeTables[group];
    }

    int blocksOf(int group) {
        return (int) Math.min(BLOCKS_PER_GROUP, blocks - (long) group * BLOCKS_PER_GROUP);
    }

    /** All fixed structures, ascending, not adjacent to each other. */
    List<Run> fixed() {
        return fixed;
    }

    long fixedBlocks() {
        return fixed.stream().mapToLong(Run::length).sum();
    }

    /** The first block after all fixed structures. */
    long end() {
        return fixed.get(fixed.size() - 1).end();
    }

    static long ceilDiv(long value, long divisor) {
        return (value + divisor - 1) / divisor;
    }

    /** Hands out consecutive blocks that are clear of the superblock copies. */
    private static final class Cursor {
        private final List<Run> obstacles;
        private int next;
        private long position;

        Cursor(List<Run> obstacles) {
            this.obstacles = obstacles;
        }

        void startAt(long block) {
            position = Math.max(position, block);
        }

        long take(long length, List<Run> taken) {
            while (next < obstacles.size() && obstacles.get(next).start() < position + length) {
                position = Math.max(position, obstacles.get(next).end());
                next++;
            }
            long start = position;
            position += length;
            taken.add(new Run(start, length));
            return start;
        }
    }
}
