package io.sandboximage.registry.server;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A growing sequence of bytes in blocks, so that growth copies little and 2 GiB are no limit. */
final class MemoryBytes {
    private static final int BLOCK_BITS = 16;
    private static final int BLOCK = 1 << BLOCK_BITS;
    private static final int FIRST = 1024;

    private final List<byte[]> blocks = new ArrayList<>();
    private long size;

    long size() {
        return size;
    }

    void append(byte[] buffer, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0) {
            int index = (int) (size >>> BLOCK_BITS);
            int at = (int) (size & (BLOCK - 1));
            int n = Math.min(left, BLOCK - at);
            System.arraycopy(buffer, from, blockFor(index, at + n), at, n);
            size += n;
            from += n;
            left -= n;
        }
    }

    private byte[] blockFor(int index, int needed) {
        if (index == blocks.size()) {
            blocks.add(new byte[Math.max(needed, index == 0 ? FIRST : BLOCK)]);
        } else if (blocks.get(index).length < needed) {
            blocks.set(index, Arrays.copyOf(blocks.get(index), Math.min(BLOCK, needed * 2)));
        }
        return blocks.get(index);
    }

    /** Reads from {@code offset}; nothing may be appended while the stream is in use. */
    InputStream open(long offset) {
        Objects.checkFromIndexSize(offset, 0L, size);
        return new InputStream() {
            private long position = offset;

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] buffer, int start, int length) {
                Objects.checkFromIndexSize(start, length, buffer.length);
                if (length == 0) {
                    return 0;
                }
                if (position == size) {
                    return -1;
                }
                int at = (int) (position & (BLOCK - 1));
                int n = (int) Math.min(Math.min(length, BLOCK - at), size - position);
                System.arraycopy(blocks.get((int) (position >>> BLOCK_BITS)), at, buffer, start, n);
                position += n;
                return n;
            }
        };
    }
}
