package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;

/** One block group's descriptor of 64 bytes (32 without the feature 64bit), inside of a buffer of many. */
public final class GroupDescriptor {
    public static final int BYTES = 64;
    public static final int SHORT_BYTES = 32;

    /** No inode of the group is in use; its inode bitmap is not initialised. */
    public static final int INODE_UNINIT = 0x1;

    /** No block of the group is in use; its block bitmap is not initialised. */
    public static final int BLOCK_UNINIT = 0x2;

    /** Unused inode table blocks are zero on disk. */
    public static final int INODE_ZEROED = 0x4;

    private static final int FLAGS = 0x12;
    private static final int CHECKSUM = 0x1E;

    /** A field with the offsets of its lower and upper half, of {@code bytes} each. */
    public enum Field {
        BLOCK_BITMAP(0x0, 0x20, 4),
        INODE_BITMAP(0x4, 0x24, 4),
        INODE_TABLE(0x8, 0x28, 4),
        FREE_BLOCKS(0xC, 0x2C, 2),
        FREE_INODES(0xE, 0x2E, 2),
        DIRECTORIES(0x10, 0x30, 2),
        BLOCK_BITMAP_CHECKSUM(0x18, 0x38, 2),
        INODE_BITMAP_CHECKSUM(0x1A, 0x3A, 2),
        UNUSED_INODES(0x1C, 0x32, 2);

        private final int low;
        private final int high;
        private final int bytes;

        Field(int low, int high, int bytes) {
            this.low = low;
            this.high = high;
            this.bytes = bytes;
        }
    }

    private final ByteBuffer buffer;
    private final int base;
    private final int bytes;

    /**
     * @param buffer little-endian
     * @param base offset of the descriptor in the buffer
     * @param bytes 64, or 32 without the feature 64bit
     */
    public GroupDescriptor(ByteBuffer buffer, int base, int bytes) {
        this.buffer = buffer;
        this.base = base;
        this.bytes = bytes;
    }

    public long get(Field field) {
        long high = bytes > SHORT_BYTES ? number(field.high, field.bytes) : 0;
        return number(field.low, field.bytes) | (high << (Byte.SIZE * field.bytes));
    }

    public GroupDescriptor set(Field field, long value) {
        put(field.low, field.bytes, value);
        put(field.high, field.bytes, value >>> (Byte.SIZE * field.bytes));
        return this;
    }

    public int flags() {
        return buffer.getShort(base + FLAGS) & 0xFFFF;
    }

    public GroupDescriptor flags(int flags) {
        buffer.putShort(base + FLAGS, (short) flags);
        return this;
    }

    public void seal(int seed, int group) {
        buffer.putShort(base + CHECKSUM, (short) checksum(seed, group));
    }

    public boolean checksumMatches(int seed, int group) {
        return buffer.getShort(base + CHECKSUM) == (short) checksum(seed, group);
    }

    private int checksum(int seed, int group) {
        byte[] copy = new byte[bytes];
        buffer.get(base, copy);
        copy[CHECKSUM] = 0;
        copy[CHECKSUM + 1] = 0;
        return Crc32c.of(Crc32c.ofInt(seed, group), copy);
    }

    private long number(int offset, int width) {
        return width == Short.BYTES
                ? buffer.getShort(base + offset) & 0xFFFF
                : buffer.getInt(base + offset) & 0xFFFFFFFFL;
    }

    private void put(int offset, int width, long value) {
        if (width == Short.BYTES) {
            buffer.putShort(base + offset, (short) value);
        } else {
            buffer.putInt(base + offset, (int) value);
        }
    }
}
