package io.sandboximage.testkit.engine;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes connections on loopback and joins each with another one; closing ends them all. */
final class Relay implements AutoCloseable {
    private static final int BACKLOG = 64;

    private final ServerSocket server;
    private final Opening opening;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();

    /** What becomes of a connection. */
    @FunctionalInterface
    interface Opening {
        /** Gives both ends, ready to be joined. */
        Ends open(Socket accepted) throws IOException;
    }

    /** Two sockets to be joined, and what was read of the first already. */
    record Ends(Socket near, byte[] read, Socket far) {}

    private Relay(ServerSocket server, Opening opening) {
        this.server = server;
        this.opening = opening;
    }

    static Relay start(Opening opening) {
        try {
            Relay relay = new Relay(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), opening);
            thread(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = server.accept();
                open.add(accepted);
                thread(() -> join(accepted));
            }
        } catch (IOException closed) {
            // No more connections.
        }
    }

    private void join(Socket accepted) {
        try {
            Ends ends = opening.open(accepted);
            open.add(ends.near());
            open.add(ends.far());
            ends.far().getOutputStream().write(ends.read());
            thread(() -> pump(ends.far(), ends.near()));
            pump(ends.near(), ends.far());
        } catch (IOException gone) {
            close(accepted);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException gone) {
            // Then the other direction ends too.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() {
        close(server);
        open.forEach(Relay::close);
    }

    private static void close(Closeable resource) {
        try {
            resource.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void thread(Runnable work) {
        Thread thread = new Thread(work, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
