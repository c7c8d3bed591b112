package io.sandboximage.docker;

import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A loopback port in front of a plain HTTP server that tells clients which try TLS first that this is HTTP. containerd falls
 * back to HTTP only on such an answer; the JDK's server gives none to what is no HTTP.
 */
final class PlainHttpDoor implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final int BACKLOG = 64;
    private static final byte[] THIS_IS_HTTP =
            "HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nThis is HTTP.\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket listening;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private PlainHttpDoor(ServerSocket listening, InetSocketAddress server) {
        this.listening = listening;
        this.server = server;
    }

    static PlainHttpDoor before(InetSocketAddress server) {
        try {
            PlainHttpDoor door = new PlainHttpDoor(
                    new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1})), server);
            start(door::accept);
            return door;
        } catch (IOException e) {
            throw new UnavailableException("Could not listen on 127.0.0.1: " + AtomicFile.reason(e), e);
        }
    }

    /** Host and port of the door. */
    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() {
        closeQuietly(listening);
        open.forEach(PlainHttpDoor::closeQuietly);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                open.add(client);
                start(() -> serve(client));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket behind = new Socket()) {
            InputStream in = client.getInputStream();
            int first = in.read();
            if (first == TLS_HANDSHAKE) {
                client.getOutputStream().write(THIS_IS_HTTP);
                client.shutdownOutput();
                in.skip(BUFFER_BYTES); // Unread bytes would reset the connection before the answer arrives.
            } else if (first >= 0) {
                behind.setTcpNoDelay(true);
                client.setTcpNoDelay(true);
                behind.connect(server);
                open.add(behind);
                OutputStream requests = behind.getOutputStream();
                start(() -> pump(in, first, requests, behind));
                copy(behind.getInputStream(), client.getOutputStream());
                open.remove(behind);
            }
        } catch (IOException ignored) {
            // The client went away; it knows.
        } finally {
            open.remove(client);
        }
    }

    private static void pump(InputStream in, int first, OutputStream out, Socket behind) {
        try {
            out.write(first);
            copy(in, out);
            behind.shutdownOutput();
        } catch (IOException ignored) {
            // One of both went away, which ends the other direction too.
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        int n;
        while ((n = in.read(buffer)) >= 0) {
            out.write(buffer, 0, n);
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception ignored) {
            // Nothing can be done about it.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "sandbox-image-loopback");
        thread.setDaemon(true);
        thread.start();
    }
}
