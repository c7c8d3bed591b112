package io.sandboximage.buildkit.internal.engine;

import io.sandboximage.buildkit.internal.transport.StreamSocket;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Standard input and output of a program that an engine runs. What we write goes to its input as it is; what comes is framed:
 *
 * <pre>
 *   0        1..3    4..7                  8..
 *   stream   zero    length, big-endian    payload
 * </pre>
 *
 * Stream 1 is its output and 2 its errors, which become the message of the failure when it ends.
 */
final class ExecSocket extends StreamSocket {
    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_AT = 4;
    private static final int STDERR = 2;
    private static final int MAX_ERROR_BYTES = 4096;

    private final Socket socket;
    private final String program;
    private final PushbackInputStream in;
    private final OutputStream out;

    /** @param program for messages */
    ExecSocket(Socket socket, String program) throws IOException {
        this.socket = socket;
        this.program = program;
        this.in = new PushbackInputStream(new Output(socket.getInputStream()));
        this.out = socket.getOutputStream();
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    /**
     * Waits for the server at the program's other end to speak, as servers of HTTP/2 do at once. gRPC would not pass on why a
     * program ended.
     *
     * @throws IOException with what the program wrote, if it failed
     */
    void awaitServer() throws IOException {
        int first = in.read();
        if (first == 0) {
            in.unread(first); // A frame of HTTP/2 begins with its length, and the first one is short.
            return;
        }
        if (first < 0) {
            throw new IOException(program + " ended without a word");
        }
        // The engine puts its own errors into the output.
        String text = (char) first + new String(in.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
        throw new IOException(program + " failed: " + text.strip());
    }

    @Override
    protected void closeStreams() throws IOException {
        socket.close(); // Ends the program: its input ends.
    }

    private final class Output extends InputStream {
        private final InputStream frames;
        private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        private long left;

        Output(InputStream frames) {
            this.frames = frames;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            while (left == 0) {
                if (!nextFrame()) {
                    return end();
                }
            }
            int n = frames.read(bytes, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw new EOFException("The output of " + program + " is cut off");
            }
            left -= n;
            return n;
        }

        /** Goes to the next frame of the output; false at the end. */
        private boolean nextFrame() throws IOException {
            byte[] header = frames.readNBytes(HEADER_BYTES);
            if (header.length < HEADER_BYTES) {
                return false;
            }
            long length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(LENGTH_AT));
            if (header[0] != STDERR) {
                left = length;
                return true;
            }
            byte[] text = frames.readNBytes((int) Math.min(length, MAX_ERROR_BYTES));
            frames.skipNBytes(length - text.length);
            if (errors.size() < MAX_ERROR_BYTES) {
                errors.writeBytes(text);
            }
            return true;
        }

        /** A program that wrote errors before it ended has failed. */
        private int end() throws IOException {
            String text = errors.toString(StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || isClosed()) {
                return -1;
            }
            throw new IOException(program + " failed: " + text);
        }
    }
}
