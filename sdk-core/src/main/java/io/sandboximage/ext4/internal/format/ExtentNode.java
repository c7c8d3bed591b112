package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;

/**
 * A node of an extent tree: in an inode's {@code i_block} (4 entries) or in a block of its own (340 entries and a checksum).
 *
 * <pre>
 * header: magic u16 | entries u16 | max u16 | depth u16 | generation u32
 * leaf:   logical u32 | length u16 | start hi u16 | start lo u32
 * index:  logical u32 | child lo u32 | child hi u16 | unused u16
 * tail:   checksum u32                                     (not in the inode)
 * </pre>
 */
public final class ExtentNode {
    public static final int MAGIC = 0xF30A;
    public static final int ENTRY_BYTES = 12;
    public static final int INODE_ENTRIES = 4;
    public static final int BLOCK_ENTRIES = 340;

    /** Most blocks of one extent; larger numbers mark extents that are allocated but not yet written. */
    public static final int MAX_LENGTH = 32768;

    /** No tree of the kernel is deeper. */
    public static final int MAX_DEPTH = 5;

    private static final int HEADER_BYTES = 12;
    private static final int ENTRIES = 2;
    private static final int MAX = 4;
    private static final int DEPTH = 6;

    private final ByteBuffer buffer;

    /** @param buffer little-endian; the node is at its start */
    public ExtentNode(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    public ExtentNode header(int entries, int max, int depth) {
        buffer.putShort(0, (short) MAGIC);
        buffer.putShort(ENTRIES, (short) entries);
        buffer.putShort(MAX, (short) max);
        buffer.putShort(DEPTH, (short) depth);
        return this;
    }

    public ExtentNode leaf(int index, long logical, int length, long start) {
        int at = at(index);
        buffer.putInt(at, (int) logical);
        buffer.putShort(at + 4, (short) length);
        buffer.putShort(at + 6, (short) (start >>> Integer.SIZE));
        buffer.putInt(at + 8, (int) start);
        return this;
    }

    public ExtentNode index(int index, long logical, long child) {
        int at = at(index);
        buffer.putInt(at, (int) logical);
        buffer.putInt(at + 4, (int) child);
        buffer.putShort(at + 8, (short) (child >>> Integer.SIZE));
        return this;
    }

    public boolean valid() {
        return (buffer.getShort(0) & 0xFFFF) == MAGIC
                && entries() <= max()
                && HEADER_BYTES + max() * ENTRY_BYTES <= buffer.capacity()
                && depth() <= MAX_DEPTH;
    }

    public int entries() {
        return buffer.getShort(ENTRIES) & 0xFFFF;
    }

    public int max() {
        return buffer.getShort(MAX) & 0xFFFF;
    }

    public int depth() {
        return buffer.getShort(DEPTH) & 0xFFFF;
    }

    public long logical(int index) {
        return buffer.getInt(at(index)) & 0xFFFFFFFFL;
    }

    /** In blocks, whether written or not. */
    public int length(int index) {
        int length = buffer.getShort(at(index) + 4) & 0xFFFF;
        return length > MAX_LENGTH ? length - MAX_LENGTH : length;
    }

    /** Whether the extent holds data; otherwise it is allocated and reads as zeros. */
    public boolean written(int index) {
        return (buffer.getShort(at(index) + 4) & 0xFFFF) <= MAX_LENGTH;
    }

    public long start(int index) {
        int at = at(index);
        return (buffer.getInt(at + 8) & 0xFFFFFFFFL) | ((buffer.getShort(at + 6) & 0xFFFFL) << Integer.SIZE);
    }

    public long child(int index) {
        int at = at(index);
        return (buffer.getInt(at + 4) & 0xFFFFFFFFL) | ((buffer.getShort(at + 8) & 0xFFFFL) << Integer.SIZE);
    }

    /** @param seed of the inode that the tree belongs to */
    public void seal(int seed) {
        buffer.putInt(tail(), checksum(seed));
    }

    public boolean checksumMatches(int seed) {
        return tail() + Integer.BYTES <= buffer.capacity() && buffer.getInt(tail()) == checksum(seed);
    }

    private int checksum(int seed) {
        return Crc32c.of(seed, buffer.array(), buffer.arrayOffset(), tail());
    }

    private int tail() {
        return HEADER_BYTES + max() * ENTRY_BYTES;
    }

    private static int at(int index) {
        return HEADER_BYTES + index * ENTRY_BYTES;
    }
}
