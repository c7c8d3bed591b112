package io.sandboximage.testkit.engine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Puts TLS before a server on loopback; who begins in plain text on the same port is passed through. Closing ends it. */
public final class TlsFront implements AutoCloseable {
    private static final int HANDSHAKE = 0x16;

    private final Relay relay;

    private TlsFront(Relay relay) {
        this.relay = relay;
    }

    /** @param port where the server listens */
    public static TlsFront start(TestAuthority authority, int port) {
        SSLSocketFactory sockets = authority.serverContext().getSocketFactory();
        return new TlsFront(Relay.start(accepted -> {
            int first = accepted.getInputStream().read();
            if (first < 0) {
                throw new IOException("nothing said");
            }
            byte[] read = {(byte) first};
            return first == HANDSHAKE
                    ? new Relay.Ends(secure(sockets, accepted, read), new byte[0], Relay.connect(port))
                    : new Relay.Ends(accepted, read, Relay.connect(port));
        }));
    }

    private static SSLSocket secure(SSLSocketFactory sockets, Socket plain, byte[] read) throws IOException {
        SSLSocket secure = (SSLSocket) sockets.createSocket(plain, new ByteArrayInputStream(read), true);
        secure.startHandshake();
        return secure;
    }

    /** Host and port, as in image references. */
    public String address() {
        return "127.0.0.1:" + relay.port();
    }

    @Override
    public void close() {
        relay.close();
    }
}
