package io.sandboximage.docker.internal;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Sockets that go to one engine, whatever address they are asked for. */
final class DialingSocketFactory extends SocketFactory {
    private final EngineApi.Dialer dialer;

    DialingSocketFactory(EngineApi.Dialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Socket createSocket() {
        return new DialingSocket(dialer);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unused();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("The HTTP client connects its sockets by itself");
    }
}
