package io.sandboximage.buildkit.internal.transport;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A socket that began as an HTTP connection and now carries something else. */
public final class HijackedSocket extends HeardSocket {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /** @param socket that was read up to the end of the HTTP answer, and no further */
    public HijackedSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new HeardInput(socket.getInputStream());
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

    @Override
    protected void closeStreams() throws IOException {
        socket.close();
    }

    private final class HeardInput extends FilterInputStream {
        HeardInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            heard();
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            heard();
            return n;
        }
    }
}
