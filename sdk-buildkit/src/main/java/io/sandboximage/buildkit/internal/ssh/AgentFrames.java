package io.sandboximage.buildkit.internal.ssh;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of bytes, which comes in any pieces, into agent messages: a length of four bytes each, then as many. */
public final class AgentFrames {
    private static final int INITIAL_BYTES = 1024;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    public void add(ByteBuffer bytes) {
        if (buffer.remaining() < bytes.remaining()) {
            int wanted = buffer.position() + bytes.remaining();
            buffer =
                    ByteBuffer.allocate(Math.max(wanted, 2 * buffer.capacity())).put(buffer.flip());
        }
        buffer.put(bytes);
    }

    /**
     * The next whole message, without its length; null if there is none yet.
     *
     * @throws IOException if it is too large to be one
     */
    public byte @Nullable [] next() throws IOException {
        if (buffer.position() < Integer.BYTES) {
            return null;
        }
        int length = buffer.getInt(0);
        if (length < 0 || length > AgentMessages.MAX_BYTES) {
            throw new IOException("a step sent something that is no message to an ssh agent");
        }
        if (buffer.position() < Integer.BYTES + length) {
            return null;
        }
        byte[] message = new byte[length];
        buffer.flip().position(Integer.BYTES);
        buffer.get(message);
        buffer.compact();
        return message;
    }

    /** A message with its length. */
    public static byte[] frame(byte[] message) {
        return ByteBuffer.allocate(Integer.BYTES + message.length)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
