package io.sandboximage.internal.deflate;

import java.util.Arrays;

/** Bits into bytes, the least significant first (RFC 1951, 3.1.1). */
final class BitWriter {
    private byte[] bytes;
    private int length;
    private long bits;
    private int count;

    BitWriter(int expectedBytes) {
        bytes = new byte[expectedBytes];
    }

    /** @param width up to 32 */
    void write(int value, int width) {
        bits |= (value & 0xFFFFFFFFL) << count;
        count += width;
        while (count >= 8) {
            put((byte) bits);
            bits >>>= 8;
            count -= 8;
        }
    }

    void alignToByte() {
        if (count > 0) {
            put((byte) bits);
            bits = 0;
            count = 0;
        }
    }

    /** Bytes as they are; only when aligned. */
    void write(byte[] source, int offset, int size) {
        if (length + size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + size));
        }
        System.arraycopy(source, offset, bytes, length, size);
        length += size;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void put(byte b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        bytes[length++] = b;
    }
}
