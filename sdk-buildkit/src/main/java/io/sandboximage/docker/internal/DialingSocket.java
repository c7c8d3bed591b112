package io.sandboximage.docker.internal;

import io.sandboximage.buildkit.internal.transport.StreamSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** What the HTTP client takes for a socket that it connects by itself; it always arrives at the engine. */
final class DialingSocket extends StreamSocket {
    private final EngineApi.Dialer dialer;
    private volatile @Nullable Socket socket;

    DialingSocket(EngineApi.Dialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public void connect(SocketAddress ignored, int timeout) throws IOException {
        Socket dialed = dialer.dial();
        socket = dialed;
        if (isClosed()) {
            dialed.close();
            throw new SocketException("Socket closed");
        }
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return connected().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return connected().getOutputStream();
    }

    @Override
    protected void closeStreams() throws IOException {
        Socket open = socket;
        if (open != null) {
            open.close();
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            throw new SocketException("Not connected");
        }
        return open;
    }
}
