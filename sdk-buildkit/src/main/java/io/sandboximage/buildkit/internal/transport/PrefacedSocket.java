package io.sandboximage.buildkit.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client's connection that seems to have sent the preface of HTTP/2 (RFC 9113, 3.4) even if it ended before. gRPC's server takes
 * the lack of it for a failure worth a stack trace on the console, and it is missing whenever a build fails at once.
 */
final class PrefacedSocket extends StreamSocket {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final InputStream in;

    PrefacedSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new Prefaced(socket.getInputStream());
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    protected void closeStreams() throws IOException {
        socket.close();
    }

    /** For one reader. */
    private static final class Prefaced extends InputStream {
        private final InputStream in;
        private int given;
        private boolean ended;

        Prefaced(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (given >= PREFACE.length) {
                return in.read(bytes, offset, length);
            }
            int n = ended ? -1 : readOrEnd(bytes, offset, length);
            if (n < 0) {
                ended = true;
                n = Math.min(length, PREFACE.length - given);
                System.arraycopy(PREFACE, given, bytes, offset, n);
            }
            given += n;
            return n;
        }

        private int readOrEnd(byte[] bytes, int offset, int length) {
            try {
                return in.read(bytes, offset, length);
            } catch (IOException e) {
                return -1; // The next read fails with it again.
            }
        }
    }
}
