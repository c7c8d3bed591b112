package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The bytes of an uncompressed archive, buffered, with their position. For one thread. */
final class TarInput {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long bufferStart;

    /** @param in not closed by this object */
    TarInput(InputStream in) {
        this.in = in;
    }

    /** Position in the archive of the next byte. */
    long position() {
        return bufferStart + position;
    }

    /** Fills {@code target}; false if the archive ends before its first byte. */
    boolean readOrEnd(byte[] target, Object origin) throws IOException {
        int done = 0;
        while (done < target.length) {
            if (position == limit && !fill()) {
                if (done == 0) {
                    return false;
                }
                throw truncated(origin);
            }
            int n = Math.min(target.length - done, limit - position);
            System.arraycopy(buffer, position, target, done, n);
            position += n;
            done += n;
        }
        return true;
    }

    void read(byte[] target, Object origin) throws IOException {
        if (target.length > 0 && !readOrEnd(target, origin)) {
            throw truncated(origin);
        }
    }

    /** @throws InvalidContentException if the archive ends first */
    void skip(long count, Object origin) throws IOException {
        long left = count;
        while (left > 0) {
            if (position == limit && !fill()) {
                throw truncated(origin);
            }
            int n = (int) Math.min(left, limit - position);
            position += n;
            left -= n;
        }
    }

    /** Skips what fills the last block of an entry; {@code umoci insert} leaves it out at the end of an archive. */
    void skipPadding(long count) throws IOException {
        long left = count;
        while (left > 0 && (position < limit || fill())) {
            int n = (int) Math.min(left, limit - position);
            position += n;
            left -= n;
        }
    }

    /**
     * The next bytes, as many as are at hand and at most {@code max}; valid until the next call of any method.
     *
     * @throws InvalidContentException if the archive has ended
     */
    ByteBuffer next(long max, Object origin) throws IOException {
        if (position == limit && !fill()) {
            throw truncated(origin);
        }
        int n = (int) Math.min(max, limit - position);
        ByteBuffer bytes = ByteBuffer.wrap(buffer, position, n);
        position += n;
        return bytes;
    }

    /** Reads on to the end, whatever is there. */
    void drain() throws IOException {
        do {
            position = limit;
        } while (fill());
    }

    private boolean fill() throws IOException {
        bufferStart += limit;
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }

    private static InvalidContentException truncated(Object origin) {
        return new InvalidContentException(
                origin + ": the archive ends before the size that its headers tell is reached");
    }
}
