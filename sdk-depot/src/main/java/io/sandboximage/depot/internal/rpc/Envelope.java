package io.sandboximage.depot.internal.rpc;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * One message of a Connect stream: a byte of flags, four of length, then the message.
 *
 * @param last whether it is the end of the stream, as JSON
 */
record Envelope(boolean last, byte[] content) {
    private static final int HEADER_BYTES = 5;
    private static final int MAX_BYTES = 64 * 1024 * 1024;
    private static final int COMPRESSED = 1;
    private static final int END = 2;

    /** A message on its way out. */
    static byte[] of(byte[] message) {
        return ByteBuffer.allocate(HEADER_BYTES + message.length)
                .put((byte) 0)
                .putInt(message.length)
                .put(message)
                .array();
    }

    /** The next one; empty if the stream ended before it. */
    static Optional<Envelope> read(InputStream in) throws IOException {
        byte[] header = in.readNBytes(HEADER_BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        if (header.length < HEADER_BYTES) {
            throw new EOFException("the stream ended inside a message");
        }
        int length = ByteBuffer.wrap(header).getInt(1);
        if (length < 0 || length > MAX_BYTES) {
            throw new IOException("a message of " + Integer.toUnsignedString(length) + " bytes is too long");
        }
        byte[] content = in.readNBytes(length);
        if (content.length < length) {
            throw new EOFException("the stream ended inside a message");
        }
        if ((header[0] & COMPRESSED) != 0) {
            content = inflate(content);
        }
        return Optional.of(new Envelope((header[0] & END) != 0, content));
    }

    private static byte[] inflate(byte[] content) throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(content))) {
            byte[] plain = in.readNBytes(MAX_BYTES + 1);
            if (plain.length > MAX_BYTES) {
                throw new IOException("a message of more than " + MAX_BYTES + " bytes is too long");
            }
            return plain;
        }
    }
}
