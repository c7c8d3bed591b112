package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;

/** One inode on disk, inside of a buffer of many: 128 bytes of ext2, then extra fields, then room for attributes. */
public final class InodeRecord {
    /** What this project writes. */
    public static final int BYTES = 256;

    /** Size of the part that ext2 had. */
    public static final int OLD_BYTES = 128;

    /** Extra fields up to the project number. */
    public static final int EXTRA_ISIZE = 32;

    public static final int I_BLOCK_BYTES = 60;

    public static final int FLAG_INDEX = 0x1000;
    public static final int FLAG_HUGE_FILE = 0x40000;
    public static final int FLAG_EXTENTS = 0x80000;
    public static final int FLAG_EA_INODE = 0x200000;
    public static final int FLAG_INLINE_DATA = 0x10000000;

    public static final int MODE_TYPE = 0xF000;
    public static final int MODE_FIFO = 0x1000;
    public static final int MODE_CHARACTER_DEVICE = 0x2000;
    public static final int MODE_DIRECTORY = 0x4000;
    public static final int MODE_BLOCK_DEVICE = 0x6000;
    public static final int MODE_REGULAR = 0x8000;
    public static final int MODE_SYMLINK = 0xA000;
    public static final int MODE_SOCKET = 0xC000;

    /** First and last second that the 34 bits on disk can tell: 1901-12-13 and 2446-05-10 (from 2310 on e2fsck has doubts). */
    public static final long MIN_SECONDS = Integer.MIN_VALUE;

    public static final long MAX_SECONDS = Integer.MAX_VALUE + (3L << 32);

    private static final int MODE = 0x0;
    private static final int UID = 0x2;
    private static final int SIZE = 0x4;
    private static final int DELETED = 0x14;
    private static final int GID = 0x18;
    private static final int LINKS = 0x1A;
    private static final int SECTORS = 0x1C;
    private static final int FLAGS = 0x20;
    private static final int VERSION = 0x24;
    private static final int I_BLOCK = 0x28;
    private static final int GENERATION = 0x64;
    private static final int XATTR_BLOCK = 0x68;
    private static final int SIZE_HIGH = 0x6C;
    private static final int SECTORS_HIGH = 0x74;
    private static final int XATTR_BLOCK_HIGH = 0x76;
    private static final int UID_HIGH = 0x78;
    private static final int GID_HIGH = 0x7A;
    private static final int CHECKSUM = 0x7C;
    private static final int EXTRA = 0x80;
    private static final int CHECKSUM_HIGH = 0x82;
    private static final int NANOS_SHIFT = 2;
    private static final int EPOCH_MASK = 3;

    /** The four times, with where their seconds and their extra words are. */
    public enum Time {
        ACCESSED(0x8, 0x8C),
        CHANGED(0xC, 0x84),
        MODIFIED(0x10, 0x88),
        CREATED(0x90, 0x94);

        private final int seconds;
        private final int extra;

        Time(int seconds, int extra) {
            this.seconds = seconds;
            this.extra = extra;
        }
    }

    private final ByteBuffer buffer;
    private final int base;
    private final int bytes;

    /**
     * @param buffer little-endian
     * @param base offset of the inode in the buffer
     * @param bytes size of an inode in this file system
     */
    public InodeRecord(ByteBuffer buffer, int base, int bytes) {
        this.buffer = buffer;
        this.base = base;
        this.bytes = bytes;
    }

    public int mode() {
        return unsignedShort(MODE);
    }

    public InodeRecord mode(int mode) {
        buffer.putShort(base + MODE, (short) mode);
        return this;
    }

    public int uid() {
        return unsignedShort(UID) | (unsignedShort(UID_HIGH) << Short.SIZE);
    }

    public int gid() {
        return unsignedShort(GID) | (unsignedShort(GID_HIGH) << Short.SIZE);
    }

    public InodeRecord owner(int uid, int gid) {
        buffer.putShort(base + UID, (short) uid);
        buffer.putShort(base + UID_HIGH, (short) (uid >>> Short.SIZE));
        buffer.putShort(base + GID, (short) gid);
        buffer.putShort(base + GID_HIGH, (short) (gid >>> Short.SIZE));
        return this;
    }

    public long size() {
        return unsignedInt(SIZE) | (unsignedInt(SIZE_HIGH) << Integer.SIZE);
    }

    public InodeRecord size(long size) {
        buffer.putInt(base + SIZE, (int) size);
        buffer.putInt(base + SIZE_HIGH, (int) (size >>> Integer.SIZE));
        return this;
    }

    public int links() {
        return unsignedShort(LINKS);
    }

    public InodeRecord links(int links) {
        buffer.putShort(base + LINKS, (short) links);
        return this;
    }

    public boolean deleted() {
        return buffer.getInt(base + DELETED) != 0;
    }

    /** Blocks of file system size that the inode takes, stored in units of 512 bytes. */
    public InodeRecord blocks(long blocks) {
        long sectors = blocks * Ext4Format.SECTORS_PER_BLOCK;
        buffer.putInt(base + SECTORS, (int) sectors);
        buffer.putShort(base + SECTORS_HIGH, (short) (sectors >>> Integer.SIZE));
        return this;
    }

    public long sectors() {
        return unsignedInt(SECTORS) | ((long) unsignedShort(SECTORS_HIGH) << Integer.SIZE);
    }

    public int flags() {
        return buffer.getInt(base + FLAGS);
    }

    public InodeRecord flags(int flags) {
        buffer.putInt(base + FLAGS, flags);
        return this;
    }

    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    public int generation() {
        return buffer.getInt(base + GENERATION);
    }

    public long xattrBlock() {
        return unsignedInt(XATTR_BLOCK) | ((long) unsignedShort(XATTR_BLOCK_HIGH) << Integer.SIZE);
    }

    public InodeRecord xattrBlock(long block) {
        buffer.putInt(base + XATTR_BLOCK, (int) block);
        buffer.putShort(base + XATTR_BLOCK_HIGH, (short) (block >>> Integer.SIZE));
        return this;
    }

    public byte[] iBlock() {
        byte[] copy = new byte[I_BLOCK_BYTES];
        buffer.get(base + I_BLOCK, copy);
        return copy;
    }

    public InodeRecord iBlock(byte[] content) {
        buffer.put(base + I_BLOCK, content);
        return this;
    }

    /** One of the fifteen words of {@code i_block}. */
    public InodeRecord iBlockWord(int index, int value) {
        buffer.putInt(base + I_BLOCK + index * Integer.BYTES, value);
        return this;
    }

    public int iBlockWord(int index) {
        return buffer.getInt(base + I_BLOCK + index * Integer.BYTES);
    }

    /** Times outside of what the disk can tell become the nearest that it can. */
    public InodeRecord time(Time time, long seconds, int nanos) {
        long kept = Math.max(MIN_SECONDS, Math.min(MAX_SECONDS, seconds));
        int epoch = (int) ((kept - (int) kept) >> Integer.SIZE) & EPOCH_MASK;
        buffer.putInt(base + time.seconds, (int) kept);
        buffer.putInt(base + time.extra, (nanos << NANOS_SHIFT) | epoch);
        return this;
    }

    public long seconds(Time time) {
        return buffer.getInt(base + time.seconds) + ((long) (extra(time) & EPOCH_MASK) << Integer.SIZE);
    }

    public int nanos(Time time) {
        return extra(time) >>> NANOS_SHIFT;
    }

    /**
     * What an inode that holds an attribute's value keeps in place of times: the value's hash, and how many attributes refer to
     * it.
     */
    public InodeRecord valueHashAndReferences(int hash, int references) {
        buffer.putInt(base + Time.ACCESSED.seconds, hash);
        buffer.putInt(base + VERSION, references);
        return this;
    }

    public int valueHash() {
        return buffer.getInt(base + Time.ACCESSED.seconds);
    }

    public int extraIsize() {
        return bytes > OLD_BYTES ? unsignedShort(EXTRA) : 0;
    }

    public InodeRecord extraIsize(int size) {
        buffer.putShort(base + EXTRA, (short) size);
        return this;
    }

    /** Where in the inode attributes may begin. */
    public int xattrOffset() {
        return OLD_BYTES + extraIsize();
    }

    /** The room after the extra fields; empty for inodes of 128 bytes. */
    public byte[] xattrArea() {
        int length = bytes > OLD_BYTES ? Math.max(0, bytes - xattrOffset()) : 0;
        byte[] copy = new byte[length];
        buffer.get(base + bytes - length, copy);
        return copy;
    }

    public InodeRecord xattrArea(byte[] area) {
        buffer.put(base + xattrOffset(), area);
        return this;
    }

    /** The start value of the checksums of what belongs to this inode. */
    public int seed(int fileSystemSeed, int number) {
        return seed(fileSystemSeed, number, generation());
    }

    public static int seed(int fileSystemSeed, int number, int generation) {
        return Crc32c.ofInt(Crc32c.ofInt(fileSystemSeed, number), generation);
    }

    /** Puts the checksum in. Of a buffer over an array. */
    public void seal(int fileSystemSeed, int number) {
        buffer.putShort(base + CHECKSUM, (short) 0);
        if (hasHighChecksum()) {
            buffer.putShort(base + CHECKSUM_HIGH, (short) 0);
        }
        int checksum = Crc32c.of(seed(fileSystemSeed, number), buffer.array(), buffer.arrayOffset() + base, bytes);
        buffer.putShort(base + CHECKSUM, (short) checksum);
        if (hasHighChecksum()) {
            buffer.putShort(base + CHECKSUM_HIGH, (short) (checksum >>> Short.SIZE));
        }
    }

    public boolean checksumMatches(int fileSystemSeed, int number) {
        int checksum = checksum(fileSystemSeed, number);
        return hasHighChecksum()
                ? (unsignedShort(CHECKSUM) | (unsignedShort(CHECKSUM_HIGH) << Short.SIZE)) == checksum
                : unsignedShort(CHECKSUM) == (checksum & 0xFFFF);
    }

    private int checksum(int fileSystemSeed, int number) {
        byte[] copy = new byte[bytes];
        buffer.get(base, copy);
        copy[CHECKSUM] = 0;
        copy[CHECKSUM + 1] = 0;
        if (hasHighChecksum()) {
            copy[CHECKSUM_HIGH] = 0;
            copy[CHECKSUM_HIGH + 1] = 0;
        }
        return Crc32c.of(seed(fileSystemSeed, number), copy);
    }

    private boolean hasHighChecksum() {
        return extraIsize() >= CHECKSUM_HIGH + Short.BYTES - OLD_BYTES;
    }

    private int extra(Time time) {
        return extraIsize() >= time.extra + Integer.BYTES - OLD_BYTES ? buffer.getInt(base + time.extra) : 0;
    }

    private int unsignedShort(int offset) {
        return buffer.getShort(base + offset) & 0xFFFF;
    }

    private long unsignedInt(int offset) {
        return buffer.getInt(base + offset) & 0xFFFFFFFFL;
    }
}
