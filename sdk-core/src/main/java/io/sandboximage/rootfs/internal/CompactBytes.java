package io.sandboximage.rootfs.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Numbers and byte strings packed one after the other; grows in chunks, so that nothing is copied while it grows. */
final class CompactBytes {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final List<byte[]> chunks = new ArrayList<>();
    private int used = CHUNK_BYTES;

    void putByte(int value) {
        if (used == CHUNK_BYTES) {
            chunks.add(new byte[CHUNK_BYTES]);
            used = 0;
        }
        chunks.get(chunks.size() - 1)[used++] = (byte) value;
    }

    /** Seven bits a byte, low ones first; small numbers that are not negative take the least room. */
    void putNumber(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            putByte((int) ((left & 0x7F) | 0x80));
            left >>>= 7;
        }
        putByte((int) left);
    }

    void putNumbers(long[] values) {
        for (long value : values) {
            putNumber(value);
        }
    }

    void putBytes(byte[] bytes, int from, int to) {
        putNumber(to - from);
        for (int i = from; i < to; i++) {
            putByte(bytes[i]);
        }
    }

    /** Of what {@link #copyTo} gave; not to be written to. */
    static CompactBytes of(ByteBuffer bytes) {
        CompactBytes result = new CompactBytes();
        while (bytes.hasRemaining()) {
            result.used = Math.min(CHUNK_BYTES, bytes.remaining());
            byte[] chunk = new byte[result.used];
            bytes.get(chunk);
            result.chunks.add(chunk);
        }
        return result;
    }

    /** Puts all of it into a buffer that has room for {@link #size}. */
    void copyTo(ByteBuffer target) {
        for (int i = 0; i < chunks.size(); i++) {
            target.put(chunks.get(i), 0, i < chunks.size() - 1 ? CHUNK_BYTES : used);
        }
    }

    long size() {
        return chunks.isEmpty() ? 0 : (chunks.size() - 1L) * CHUNK_BYTES + used;
    }

    Cursor cursor() {
        return new Cursor();
    }

    /**
     * Reads from the start, in the order of writing. What was not written like that gives numbers that make no sense, or an {@link
     * IndexOutOfBoundsException} at its end.
     */
    final class Cursor {
        private int chunk;
        private int position;

        boolean atEnd() {
            return chunks.isEmpty() || (chunk == chunks.size() - 1 && position == used);
        }

        int takeByte() {
            if (position == CHUNK_BYTES) {
                chunk++;
                position = 0;
            }
            return chunks.get(chunk)[position++] & 0xFF;
        }

        long takeNumber() {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                int next = takeByte();
                value |= (long) (next & 0x7F) << shift;
                if (next < 0x80) {
                    return value;
                }
            }
        }

        void takeNumbers(long[] values) {
            for (int i = 0; i < values.length; i++) {
                values[i] = takeNumber();
            }
        }

        /** How many things there can be: none takes less than a byte. */
        int takeCount() {
            long count = takeNumber();
            if (count < 0 || count > left()) {
                throw new IndexOutOfBoundsException(count);
            }
            return (int) count;
        }

        private long left() {
            return chunks.isEmpty() ? 0 : (chunks.size() - 1L - chunk) * CHUNK_BYTES + used - position;
        }

        /** Takes a byte string and puts it behind the first {@code shared} bytes of {@code before}. */
        byte[] takeBytes(byte[] before, int shared) {
            byte[] bytes = new byte[shared + takeCount()];
            System.arraycopy(before, 0, bytes, 0, shared);
            for (int i = shared; i < bytes.length; i++) {
                bytes[i] = (byte) takeByte();
            }
            return bytes;
        }
    }
}
