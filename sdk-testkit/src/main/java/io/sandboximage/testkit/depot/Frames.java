package io.sandboximage.testkit.depot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Messages with a byte of flags and four of length, as both protocols stream them. */
final class Frames {
    static final int END = 2;
    private static final int COMPRESSED = 1;
    private static final int HEADER_BYTES = 5;

    private Frames() {}

    static Optional<byte[]> read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER_BYTES) {
            throw new EOFException("half a header");
        }
        byte[] content = in.readNBytes(ByteBuffer.wrap(header).getInt(1));
        return Optional.of((header[0] & COMPRESSED) == 0 ? content : inflate(content));
    }

    static void write(OutputStream out, int flags, byte[] content) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(ByteBuffer.allocate(HEADER_BYTES)
                .put((byte) flags)
                .putInt(content.length)
                .array());
        frame.write(content);
        out.write(frame.toByteArray());
        out.flush();
    }

    static byte[] inflate(byte[] content) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            return in.readAllBytes();
        }
    }
}
