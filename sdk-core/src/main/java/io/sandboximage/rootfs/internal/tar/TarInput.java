package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of an uncompressed archive with their position. For one thread. */
final class TarInput {
    private final TarChunks in;
    private byte[] buffer = new byte[0];
    private int position;
    private int limit;
    /** Where in the archive the chunk ends. */
    private long chunkEnd;

    TarInput(TarChunks in) {
        this.in = in;
    }

    /** Position in the archive of the next byte. */
    long position() {
        return chunkEnd - (limit - position);
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
        ByteBuffer chunk = in.next();
        if (chunk == null) {
            return false;
        }
        buffer = chunk.array();
        position = chunk.arrayOffset() + chunk.position();
        limit = position + chunk.remaining();
        chunkEnd += chunk.remaining();
        return true;
    }

    private static InvalidContentException truncated(Object origin) {
        return new InvalidContentException(
                origin + ": the archive ends before the size that its headers tell is reached");
    }
}
