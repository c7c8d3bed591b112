package io.sandboximage.buildkit.internal.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A socket factory that goes to one place, whatever address it is asked for. */
public final class ConnectingSocketFactory extends SocketFactory {
    private final Dialer dialer;

    public ConnectingSocketFactory(Dialer dialer) {
        this.dialer = dialer;
    }

    /** Makes one connected socket a call. */
    @FunctionalInterface
    public interface Dialer {
        Socket dial() throws IOException;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return dialer.dial();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return dialer.dial();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return dialer.dial();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return dialer.dial();
    }
}
