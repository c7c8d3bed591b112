package io.sandboximage.generated;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes the checksums of a changed file system of one block group right again: superblock, descriptor and inodes. */
final class Ext4Seals {
    private static final int BLOCK = 4096;
    private static final int INODE_BYTES = 256;

    private Ext4Seals() {}

    /**
     * @param table where the inodes stand
     * @param inodes how many there are
     */
    static void seal(byte[] bytes, int table, int inodes) {
        Superblock superblock =
                new Superblock(Arrays.copyOfRange(bytes, Superblock.OFFSET, Superblock.OFFSET + Superblock.BYTES));
        superblock.sealed();
        System.arraycopy(superblock.bytes(), 0, bytes, Superblock.OFFSET, Superblock.BYTES);
        ByteBuffer disk = Ext4Format.littleEndian(bytes);
        int seed = superblock.checksumSeed();
        new GroupDescriptor(disk, BLOCK, GroupDescriptor.BYTES).seal(seed, 0);
        for (int i = 0; i < inodes; i++) {
            InodeRecord inode = new InodeRecord(disk, table + i * INODE_BYTES, INODE_BYTES);
            if (inode.mode() != 0 && !inode.checksumMatches(seed, i + 1)) {
                inode.seal(seed, i + 1);
            }
        }
    }
}
