package io.sandboximage.buildkit.internal.engine;

import io.sandboximage.buildkit.internal.transport.StreamSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Standard input and output of a program that an engine runs. What it writes to its errors becomes the message of the failure when
 * it ends.
 */
final class ExecSocket extends StreamSocket {
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
        private final ProgramFrames frames;
        private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

        Output(InputStream in) {
            this.frames = new ProgramFrames(in);
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
            while (frames.left() == 0 || frames.stream() == ProgramFrames.STDERR) {
                if (frames.left() > 0) {
                    keepErrors();
                } else if (!frames.next()) {
                    return end();
                }
            }
            return frames.read(bytes, offset, length);
        }

        private void keepErrors() throws IOException {
            byte[] text = new byte[(int) Math.min(frames.left(), MAX_ERROR_BYTES)];
            int n = frames.read(text, 0, text.length);
            errors.write(text, 0, Math.min(n, MAX_ERROR_BYTES - errors.size()));
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
