package io.sandboximage.generated;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.MediaTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A registry with one manifest, which says whatever it was told, sound or not. */
final class StubRegistry implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private volatile byte[] manifest = {};

    StubRegistry() throws IOException {
        // Read once, when a JVM starts its first server: without it every small answer waits 40 ms for an
        // acknowledgement.
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    ImageReference reference() {
        return ImageReference.parse("127.0.0.1:" + server.getAddress().getPort() + "/acme/fuzz:v1");
    }

    void clear() {
        blobs.clear();
    }

    Digest add(byte[] blob) {
        Digest digest = Digest.sha256(blob);
        blobs.put(digest.toString(), blob);
        return digest;
    }

    void manifest(byte[] bytes) {
        manifest = bytes;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            byte[] body =
                    path.contains("/manifests/") ? manifest : blobs.get(path.substring(path.lastIndexOf('/') + 1));
            if (path.contains("/manifests/")) {
                exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
            }
            if (body == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (exchange.getRequestMethod().equals("HEAD") || body.length == 0) {
                exchange.sendResponseHeaders(200, -1);
            } else {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
