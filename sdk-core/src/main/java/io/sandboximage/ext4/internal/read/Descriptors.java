package io.sandboximage.ext4.internal.read;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import java.nio.ByteBuffer;

/** All group descriptors, in memory. */
final class Descriptors {
    /** So that at least one fits into the smallest block. */
    private static final int MAX_BYTES = 1024;

    private final ByteBuffer table;
    private final int bytes;

    Descriptors(Volume volume) {
        Superblock superblock = volume.superblock();
        boolean wide = superblock.has(Field.INCOMPAT, Ext4Format.INCOMPAT_64BIT);
        bytes = wide
                ? Math.max(GroupDescriptor.BYTES, superblock.getInt(Field.DESCRIPTOR_BYTES))
                : GroupDescriptor.SHORT_BYTES;
        if (bytes > MAX_BYTES || Integer.bitCount(bytes) != 1) {
            throw volume.malformed("group descriptors have the impossible size " + bytes);
        }
        int perBlock = volume.blockBytes() / bytes;
        int blocks = (volume.groups() + perBlock - 1) / perBlock;
        long needed = (long) blocks * volume.blockBytes();
        // Before memory is taken for them: they must be there.
        if (needed > Math.min(volume.diskBytes(), Integer.MAX_VALUE)) {
            throw volume.malformed("there is no room for the descriptors of " + volume.groups() + " groups");
        }
        byte[] all = new byte[(int) needed];
        for (int i = 0; i < blocks; i++) {
            byte[] block = volume.bytes(location(superblock, i, volume.blockBytes()), 1);
            System.arraycopy(block, 0, all, i * block.length, block.length);
        }
        table = Ext4Format.littleEndian(all);
        if (volume.checksums()) {
            verify(volume);
        }
    }

    /** Behind the superblock; with meta_bg, later ones at the start of the groups that they describe. */
    private long location(Superblock superblock, int index, int blockBytes) {
        long first = superblock.get(Field.FIRST_DATA_BLOCK);
        boolean spread = superblock.has(Field.INCOMPAT, Ext4Format.INCOMPAT_META_BG)
                && index >= superblock.get(Field.FIRST_META_GROUP);
        if (!spread) {
            // With blocks of 1 KiB the superblock is in block 1, also where the groups begin at block 0 (bigalloc).
            return Math.max(first, Superblock.OFFSET / blockBytes) + 1 + index;
        }
        long group = (long) index * (blockBytes / bytes);
        boolean copy =
                !superblock.has(Field.RO_COMPAT, Ext4Format.RO_COMPAT_SPARSE_SUPER) || BackupGroups.contains(group);
        return first + group * superblock.get(Field.BLOCKS_PER_GROUP) + (copy ? 1 : 0);
    }

    private void verify(Volume volume) {
        for (int group = 0; group < volume.groups(); group++) {
            if (!get(group).checksumMatches(volume.seed(), group)) {
                throw volume.damaged("the descriptor of group " + group);
            }
        }
    }

    GroupDescriptor get(int group) {
        return new GroupDescriptor(table, group * bytes, bytes);
    }
}
