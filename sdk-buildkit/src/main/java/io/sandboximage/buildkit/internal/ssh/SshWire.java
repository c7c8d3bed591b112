package io.sandboximage.buildkit.internal.ssh;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The data types of the ssh protocol (RFC 4251, section 5). Reading past the end throws {@link BufferUnderflowException}. */
final class SshWire {
    private SshWire() {}

    static byte[] string(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    static String text(ByteBuffer in) {
        return new String(string(in), StandardCharsets.UTF_8);
    }

    static BigInteger integer(ByteBuffer in) {
        byte[] bytes = string(in);
        return bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
    }

    /** Collects a message. Not thread-safe. */
    static final class Writer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Writer type(int type) {
            out.write(type);
            return this;
        }

        Writer number(int value) {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
            return this;
        }

        Writer string(byte[] bytes) {
            number(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Writer text(String text) {
            return string(text.getBytes(StandardCharsets.UTF_8));
        }

        /** With a leading zero where the highest bit is set, as {@link BigInteger} has it. */
        Writer integer(BigInteger value) {
            return string(value.signum() == 0 ? new byte[0] : value.toByteArray());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
