package io.sandboximage.ext4.internal.write;

import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCKS_PER_GROUP;
import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCK_BYTES;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Crc32c;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.GroupDescriptor.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes bitmaps and descriptors of all groups, with the descriptors' backups, group by group. */
final class GroupWriter {
    private static final int DESCRIPTORS_PER_BLOCK = BLOCK_BYTES / GroupDescriptor.BYTES;

    /** Descriptors are written so many blocks at a time. */
    private static final int CHUNK_BLOCKS = 64;

    private final Plan plan;
    private final Geometry geometry;
    private final ImageFile file;
    private final List<Long> copies = new ArrayList<>();

    private final List<Run> used;
    private int nextRun;

    GroupWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.geometry = plan.geometry();
        this.file = file;
        used = UsedBlocks.of(plan);
        copies.add(0L);
        copies.addAll(BackupGroups.below(geometry.groups()));
    }

    /** @param directories how many directories have their inode in each group, up to the last group that has any */
    void write(int[] directories) {
        byte[] bytes = new byte[CHUNK_BLOCKS * BLOCK_BYTES];
        ByteBuffer chunk = Ext4Format.littleEndian(bytes);
        int inChunk = CHUNK_BLOCKS * DESCRIPTORS_PER_BLOCK;
        for (int group = 0; group < geometry.groups(); group++) {
            int index = group % inChunk;
            GroupDescriptor descriptor =
                    new GroupDescriptor(chunk, index * GroupDescriptor.BYTES, GroupDescriptor.BYTES);
            fill(descriptor, group, group < directories.length ? directories[group] : 0);
            if (index == inChunk - 1 || group == geometry.groups() - 1) {
                CancelledException.throwIfInterrupted("writing block groups");
                writeDescriptors(chunk, group - index, index + 1);
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }

    private void writeDescriptors(ByteBuffer chunk, int firstGroup, int count) {
        int blocks = (int) Geometry.ceilDiv(count, DESCRIPTORS_PER_BLOCK);
        for (long copy : copies) {
            long block = copy * BLOCKS_PER_GROUP + 1 + firstGroup / DESCRIPTORS_PER_BLOCK;
            file.writeBlock(block, chunk.duplicate().limit(blocks * BLOCK_BYTES));
        }
    }

    private void fill(GroupDescriptor descriptor, int group, int directories) {
        descriptor
                .set(Field.BLOCK_BITMAP, plan.tables().blockBitmap(group))
                .set(Field.INODE_BITMAP, plan.tables().inodeBitmap(group))
                .set(Field.INODE_TABLE, plan.tables().inodeTable(group))
                .set(Field.DIRECTORIES, directories);
        int flags = GroupDescriptor.INODE_ZEROED | blocks(descriptor, group) | inodes(descriptor, group);
        descriptor.flags(flags).seal(plan.seed(), group);
    }

    /** Gives the flag for a group without a used block; the last group never has it, as e2fsprogs expects. */
    private int blocks(GroupDescriptor descriptor, int group) {
        long first = (long) group * BLOCKS_PER_GROUP;
        int size = geometry.blocksOf(group);
        Bitmap bitmap = new Bitmap();
        int marked = mark(bitmap, first, size);
        descriptor.set(Field.FREE_BLOCKS, size - marked);
        if (marked == 0 && group != geometry.groups() - 1) {
            return GroupDescriptor.BLOCK_UNINIT;
        }
        bitmap.set(size, BLOCKS_PER_GROUP);
        descriptor.set(Field.BLOCK_BITMAP_CHECKSUM, Crc32c.of(plan.seed(), bitmap.bytes()) & 0xFFFFFFFFL);
        file.writeBlock(plan.tables().blockBitmap(group), ByteBuffer.wrap(bitmap.bytes()));
        return 0;
    }

    /** Marks what is in use, and tells how much; groups are asked for in ascending order. */
    private int mark(Bitmap bitmap, long first, int size) {
        while (nextRun < used.size() && used.get(nextRun).end() <= first) {
            nextRun++;
        }
        int marked = 0;
        for (int i = nextRun; i < used.size() && used.get(i).start() < first + size; i++) {
            int start = (int) Math.max(0, used.get(i).start() - first);
            int end = (int) Math.min(size, used.get(i).end() - first);
            bitmap.set(start, end);
            marked += end - start;
        }
        return marked;
    }

    /** Gives the flag for a group without a used inode. Inodes are numbered without gaps, so the first groups are full. */
    private int inodes(GroupDescriptor descriptor, int group) {
        int perGroup = geometry.inodesPerGroup();
        long before = (long) group * perGroup;
        int used = (int) Math.max(0, Math.min(perGroup, plan.contents().usedInodes() - before));
        descriptor.set(Field.FREE_INODES, perGroup - used).set(Field.UNUSED_INODES, perGroup - used);
        if (used == 0) {
            return GroupDescriptor.INODE_UNINIT;
        }
        Bitmap bitmap = new Bitmap();
        bitmap.set(0, used);
        bitmap.set(perGroup, BLOCKS_PER_GROUP);
        int checksum = Crc32c.of(plan.seed(), bitmap.bytes(), 0, perGroup / Byte.SIZE);
        descriptor.set(Field.INODE_BITMAP_CHECKSUM, checksum & 0xFFFFFFFFL);
        file.writeBlock(plan.tables().inodeBitmap(group), ByteBuffer.wrap(bitmap.bytes()));
        return 0;
    }

    /** One block of bits. */
    private static final class Bitmap {
        private final byte[] bytes = new byte[BLOCK_BYTES];

        void set(int from, int to) {
            int bit = from;
            while (bit < to && (bit & 7) != 0) {
                bytes[bit >> 3] |= (byte) (1 << (bit++ & 7));
            }
            if (bit < to) {
                Arrays.fill(bytes, bit >> 3, to >> 3, (byte) 0xFF);
                bit = to & ~7;
            }
            while (bit < to) {
                bytes[bit >> 3] |= (byte) (1 << (bit++ & 7));
            }
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
