package io.sandboximage.tests;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** One file on a loopback HTTP server; everything else is not found. */
public final class ServedFile implements AutoCloseable {
    private final HttpServer server;
    private final String path;

    private ServedFile(HttpServer server, String path) {
        this.server = server;
        this.path = path;
    }

    public static ServedFile start(String path, byte[] body) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                boolean found = exchange.getRequestURI().getPath().equals(path);
                exchange.sendResponseHeaders(
                        found ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_NOT_FOUND, found ? body.length : -1);
                try (OutputStream out = exchange.getResponseBody()) {
                    if (found) {
                        out.write(body);
                    }
                }
            });
            server.start();
            return new ServedFile(server, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
