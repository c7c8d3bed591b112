package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Crc32c;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.GroupDescriptor.Field;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import java.util.Arrays;

/** Verifies every checksum that {@link Volume} and {@link TreeReader} do not come across by themselves. */
public final class Verifier {
    private final Volume volume;

    public Verifier(Volume volume) {
        this.volume = volume;
    }

    /**
     * @throws io.sandboximage.error.IntegrityException at the first checksum that does not match
     * @throws io.sandboximage.error.InvalidContentException if something is malformed
     */
    public void verify() {
        if (volume.checksums()) {
            backups();
            for (int group = 0; group < volume.groups(); group++) {
                CancelledException.throwIfInterrupted("verifying " + volume.name());
                bitmaps(group);
                inodes(group);
            }
        }
        new TreeReader(volume).read();
    }

    private void backups() {
        Superblock superblock = volume.superblock();
        if (!superblock.has(Superblock.Field.RO_COMPAT, Ext4Format.RO_COMPAT_SPARSE_SUPER)) {
            return;
        }
        long first = superblock.get(Superblock.Field.FIRST_DATA_BLOCK);
        for (long group : BackupGroups.below(volume.groups())) {
            long block = first + group * superblock.get(Superblock.Field.BLOCKS_PER_GROUP);
            byte[] bytes = volume.bytes(block, 1);
            Superblock copy = new Superblock(Arrays.copyOf(bytes, Superblock.BYTES));
            if (!copy.checksumMatches() || !copy.uuid().equals(superblock.uuid())) {
                throw volume.damaged("the copy of the superblock in group " + group);
            }
        }
    }

    private void bitmaps(int group) {
        GroupDescriptor descriptor = volume.descriptor(group);
        if ((descriptor.flags() & GroupDescriptor.BLOCK_UNINIT) == 0) {
            int bytes = volume.superblock().getInt(Superblock.Field.CLUSTERS_PER_GROUP) / Byte.SIZE;
            bitmap(
                    descriptor,
                    Field.BLOCK_BITMAP,
                    Field.BLOCK_BITMAP_CHECKSUM,
                    bytes,
                    "block bitmap of group " + group);
        }
        if ((descriptor.flags() & GroupDescriptor.INODE_UNINIT) == 0) {
            int bytes = volume.superblock().getInt(Superblock.Field.INODES_PER_GROUP) / Byte.SIZE;
            bitmap(
                    descriptor,
                    Field.INODE_BITMAP,
                    Field.INODE_BITMAP_CHECKSUM,
                    bytes,
                    "inode bitmap of group " + group);
        }
    }

    private void bitmap(GroupDescriptor descriptor, Field place, Field checksum, int bytes, String what) {
        if (bytes > volume.blockBytes()) {
            throw volume.malformed("the " + what + " is larger than a block");
        }
        int actual = Crc32c.of(volume.seed(), volume.bytes(descriptor.get(place), 1), 0, bytes);
        long mask =
                volume.superblock().has(Superblock.Field.INCOMPAT, Ext4Format.INCOMPAT_64BIT) ? 0xFFFFFFFFL : 0xFFFF;
        if ((actual & mask) != descriptor.get(checksum)) {
            throw volume.damaged("the " + what);
        }
    }

    /** Also of inodes that no directory names: the journal, large attribute values; those never used are zero. */
    private void inodes(int group) {
        GroupDescriptor descriptor = volume.descriptor(group);
        if ((descriptor.flags() & GroupDescriptor.INODE_UNINIT) != 0) {
            return;
        }
        int perBlock = volume.blockBytes() / volume.inodeBytes();
        int perGroup = volume.superblock().getInt(Superblock.Field.INODES_PER_GROUP);
        long used = perGroup - descriptor.get(Field.UNUSED_INODES);
        for (int index = 0; index < used; index += perBlock) {
            byte[] block = volume.bytes(descriptor.get(Field.INODE_TABLE) + index / perBlock, 1);
            for (int i = 0; i < perBlock && index + i < used; i++) {
                int number = group * perGroup + index + i + 1;
                InodeRecord inode =
                        new InodeRecord(Ext4Format.littleEndian(block), i * volume.inodeBytes(), volume.inodeBytes());
                boolean unused = inode.mode() == 0 && inode.links() == 0;
                if (!unused && !inode.checksumMatches(volume.seed(), number)) {
                    throw volume.damaged("inode " + Integer.toUnsignedString(number));
                }
            }
        }
    }
}
