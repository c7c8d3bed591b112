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
        byte[] header = new byte[HEADER_BYTES];
        int read = fill(in, header);
        if (read == 0) {
            return Optional.empty();
        }
        if (read < HEADER_BYTES) {
            throw new EOFException("half a header");
        }
        byte[] content = new byte[ByteBuffer.wrap(header).getInt(1)];
        if (fill(in, content) < content.length) {
            throw new EOFException("half a message");
        }
        return Optional.of((header[0] & COMPRESSED) == 0 ? content : inflate(content));
    }

    /** Never asks for no bytes at all, which some streams wait for more input to give. */
    private static int fill(InputStream in, byte[] bytes) throws IOException {
        return in.readNBytes(bytes, 0, bytes.length);
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
