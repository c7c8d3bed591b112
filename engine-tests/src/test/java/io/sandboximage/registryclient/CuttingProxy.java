package io.sandboximage.registryclient;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a server on loopback, and cuts some of them in the middle. */
final class CuttingProxy implements AutoCloseable {
    /** Which way the bytes go that are counted. */
    enum Direction {
        UP,
        DOWN
    }

    private final ServerSocket listener;
    private final int targetPort;
    private final Direction direction;
    private final long cutAfter;
    private final AtomicInteger cutsLeft;

    /**
     * @param cutAfter bytes in that direction after which a connection is cut
     * @param cuts how many connections are cut in all
     */
    CuttingProxy(int targetPort, Direction direction, long cutAfter, int cuts) {
        this.targetPort = targetPort;
        this.direction = direction;
        this.cutAfter = cutAfter;
        this.cutsLeft = new AtomicInteger(cuts);
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    int cutsLeft() {
        return cutsLeft.get();
    }

    @Override
    public void close() {
        closeQuietly(listener);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), targetPort);
                daemon(() -> relay(client, server, Direction.UP));
                daemon(() -> relay(server, client, Direction.DOWN));
            }
        } catch (IOException closed) {
            closeQuietly(listener);
        }
    }

    private void relay(Socket from, Socket to, Direction way) {
        byte[] buffer = new byte[8192];
        long passed = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int n = in.read(buffer);
            while (n >= 0) {
                out.write(buffer, 0, n);
                passed += n;
                if (way == direction && passed >= cutAfter && cutsLeft.getAndUpdate(c -> Math.max(0, c - 1)) > 0) {
                    // Unsent data is dropped, so the other side sees a reset.
                    from.setSoLinger(true, 0);
                    to.setSoLinger(true, 0);
                    break;
                }
                n = in.read(buffer);
            }
        } catch (IOException gone) {
            passed = 0;
        } finally {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception ignored) {
            // It is not needed any more.
            return;
        }
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
