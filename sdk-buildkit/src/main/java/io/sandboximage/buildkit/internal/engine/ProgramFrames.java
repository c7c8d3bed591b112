package io.sandboximage.buildkit.internal.engine;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Both outputs of a program that an engine runs, as they come on one connection:
 *
 * <pre>
 *   0        1..3    4..7                  8..
 *   stream   zero    length, big-endian    payload
 * </pre>
 *
 * For one reader.
 */
public final class ProgramFrames {
    public static final int STDERR = 2;

    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_AT = 4;

    private final InputStream in;
    private int stream;
    private long left;

    public ProgramFrames(InputStream in) {
        this.in = in;
    }

    /** Goes to the next frame, whatever is left of this one; false at the end. */
    public boolean next() throws IOException {
        in.skipNBytes(left);
        left = 0;
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length < HEADER_BYTES) {
            return false;
        }
        stream = header[0];
        left = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(LENGTH_AT));
        return true;
    }

    /** Where the payload of this frame belongs: {@link #STDERR}, or the standard output. */
    public int stream() {
        return stream;
    }

    /** Bytes of this frame that were not read. */
    public long left() {
        return left;
    }

    /**
     * Reads some of this frame, at least one byte.
     *
     * @throws EOFException if the connection ends within the frame
     */
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = in.read(bytes, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw new EOFException("the output is cut off");
        }
        left -= n;
        return n;
    }
}
