package io.sandboximage.ext4.internal.read;

import io.sandboximage.disk.Disk;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import java.nio.ByteBuffer;

/** An open file system: its superblock and descriptors, and access to blocks and inodes by number. Thread-safe. */
public final class Volume implements AutoCloseable {
    private static final int MAX_LOG_BLOCK_SIZE = 6;
    private static final int MIN_BLOCK_BYTES = 1024;
    private static final int MIN_INODE_BYTES = 128;
    private static final long MAX_GROUPS = 1 << 24;

    private final Disk disk;
    private final Superblock superblock;
    private final int blockBytes;
    private final int seed;
    private final boolean checksums;
    private final Descriptors descriptors;

    private Volume(Disk disk) {
        this.disk = disk;
        superblock = new Superblock(readSuperblock(disk));
        blockBytes = MIN_BLOCK_BYTES << superblock.getInt(Field.LOG_BLOCK_SIZE);
        seed = superblock.checksumSeed();
        checksums = superblock.has(Field.RO_COMPAT, Ext4Format.RO_COMPAT_METADATA_CSUM);
        descriptors = new Descriptors(this);
    }

    /**
     * @param disk is closed with the volume, or if this fails
     * @throws InvalidContentException if there is no ext4 file system, or one with features that are not known here
     * @throws IntegrityException if the superblock or a descriptor does not match its checksum
     */
    public static Volume open(Disk disk) {
        try {
            return new Volume(disk);
        } catch (RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    private static byte[] readSuperblock(Disk disk) {
        if (disk.sizeBytes() < Superblock.OFFSET + Superblock.BYTES) {
            throw new InvalidContentException(
                    "The file " + disk.name() + " holds no ext4 file system: it is too short");
        }
        byte[] bytes = disk.read(Superblock.OFFSET, Superblock.BYTES);
        Superblock superblock = new Superblock(bytes);
        if (superblock.get(Field.MAGIC_NUMBER) != Superblock.MAGIC) {
            throw new InvalidContentException(
                    "The file " + disk.name() + " holds no ext4 file system: the magic number is missing");
        }
        Features.requireReadable(superblock, disk.name());
        if (superblock.has(Field.RO_COMPAT, Ext4Format.RO_COMPAT_METADATA_CSUM) && !superblock.checksumMatches()) {
            throw new IntegrityException("The superblock of " + disk.name() + " does not match its checksum");
        }
        boolean sane = superblock.get(Field.LOG_BLOCK_SIZE) <= MAX_LOG_BLOCK_SIZE
                && superblock.get(Field.BLOCKS_PER_GROUP) > 0
                && superblock.get(Field.INODES_PER_GROUP) > 0
                && inodeBytes(superblock) >= MIN_INODE_BYTES
                && inodeBytes(superblock) <= MIN_BLOCK_BYTES << superblock.getInt(Field.LOG_BLOCK_SIZE)
                && Integer.bitCount(inodeBytes(superblock)) == 1
                && superblock.get(Field.BLOCKS) > superblock.get(Field.FIRST_DATA_BLOCK)
                && groups(superblock) <= MAX_GROUPS
                // Before anything is allocated for so many groups: their descriptors must be there.
                && groups(superblock) * GroupDescriptor.SHORT_BYTES <= disk.sizeBytes();
        if (!sane) {
            throw new InvalidContentException("The superblock of " + disk.name() + " holds impossible sizes");
        }
        // The kernel refuses it too; and it bounds all that is counted in blocks.
        long blockBytes = (long) MIN_BLOCK_BYTES << superblock.getInt(Field.LOG_BLOCK_SIZE);
        if (superblock.get(Field.BLOCKS) > disk.sizeBytes() / blockBytes) {
            throw new InvalidContentException("The file system in " + disk.name() + " is cut off: it has "
                    + superblock.get(Field.BLOCKS) + " blocks of " + blockBytes + " bytes, but there are only "
                    + disk.sizeBytes() + " bytes");
        }
        return bytes;
    }

    private static int inodeBytes(Superblock superblock) {
        return superblock.get(Field.REVISION) == 0 ? MIN_INODE_BYTES : superblock.getInt(Field.INODE_BYTES);
    }

    private static long groups(Superblock superblock) {
        long perGroup = superblock.get(Field.BLOCKS_PER_GROUP);
        return (superblock.get(Field.BLOCKS) - superblock.get(Field.FIRST_DATA_BLOCK) + perGroup - 1) / perGroup;
    }

    public Superblock superblock() {
        return superblock;
    }

    public String name() {
        return disk.name();
    }

    public int blockBytes() {
        return blockBytes;
    }

    long sizeBytes() {
        return superblock.get(Field.BLOCKS) * blockBytes;
    }

    long diskBytes() {
        return disk.sizeBytes();
    }

    /** Whether metadata carries checksums. */
    boolean checksums() {
        return checksums;
    }

    int seed() {
        return seed;
    }

    int groups() {
        return (int) groups(superblock);
    }

    int inodeBytes() {
        return inodeBytes(superblock);
    }

    GroupDescriptor descriptor(int group) {
        return descriptors.get(group);
    }

    /** One whole block, little-endian. */
    ByteBuffer block(long number) {
        return Ext4Format.littleEndian(bytes(number, 1));
    }

    byte[] bytes(long firstBlock, int blocks) {
        requireInside(firstBlock, blocks);
        return disk.read(firstBlock * blockBytes, blocks * blockBytes);
    }

    void read(long block, int inBlock, ByteBuffer target) {
        requireInside(block, 1);
        disk.read(block * blockBytes + inBlock, target);
    }

    private void requireInside(long first, long count) {
        if (first < 0 || first + count > superblock.get(Field.BLOCKS)) {
            throw new InvalidContentException("The file system in " + disk.name() + " refers to block " + first
                    + ", but has only " + superblock.get(Field.BLOCKS));
        }
    }

    /** @throws IntegrityException if the inode does not match its checksum */
    InodeRecord inode(int number) {
        long index = Integer.toUnsignedLong(number) - 1;
        if (index < 0 || index >= superblock.get(Field.INODES)) {
            throw new InvalidContentException("The file system in " + disk.name() + " refers to inode "
                    + Integer.toUnsignedString(number) + ", but has only " + superblock.get(Field.INODES));
        }
        long perGroup = superblock.get(Field.INODES_PER_GROUP);
        long table = descriptor((int) (index / perGroup)).get(GroupDescriptor.Field.INODE_TABLE);
        long offset = index % perGroup * inodeBytes();
        requireInside(table, offset / blockBytes + 1);
        byte[] bytes = disk.read(table * blockBytes + offset, inodeBytes());
        InodeRecord inode = new InodeRecord(Ext4Format.littleEndian(bytes), 0, bytes.length);
        if (checksums && !inode.checksumMatches(seed, number)) {
            throw damaged("inode " + Integer.toUnsignedString(number));
        }
        return inode;
    }

    IntegrityException damaged(String what) {
        return new IntegrityException("In the file system in " + disk.name() + ", " + what
                + " does not match its checksum; run e2fsck or make the file again");
    }

    InvalidContentException malformed(String what) {
        return new InvalidContentException("In the file system in " + disk.name() + ", " + what);
    }

    @Override
    public void close() {
        disk.close();
    }
}
