package io.sandboximage.buildkit.internal.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ServerSocketFactory;

/** A server socket that accepts one socket that is there already and then waits for its end: nothing listens on a port. */
public final class OneSocketServer extends ServerSocketFactory {
    private final Socket socket;

    public OneSocketServer(Socket socket) {
        this.socket = socket;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new Accepting(socket);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress ifAddress) throws IOException {
        return createServerSocket();
    }

    private static final class Accepting extends ServerSocket {
        private final Socket socket;
        private final AtomicBoolean accepted = new AtomicBoolean();
        private final CountDownLatch closed = new CountDownLatch(1);

        Accepting(Socket socket) throws IOException {
            this.socket = socket;
        }

        @Override
        public void bind(SocketAddress endpoint, int backlog) {}

        @Override
        public Socket accept() throws IOException {
            if (accepted.compareAndSet(false, true)) {
                return new PrefacedSocket(socket);
            }
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new SocketException("Socket closed");
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public int getLocalPort() {
            return 1;
        }

        @Override
        public boolean isBound() {
            return true;
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            super.close();
        }
    }
}
