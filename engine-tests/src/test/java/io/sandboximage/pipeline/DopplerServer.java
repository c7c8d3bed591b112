package io.sandboximage.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Doppler's secrets on loopback: one config, one token, and what was set. */
public final class DopplerServer implements AutoCloseable {
    public static final String TOKEN = "dp.pt.test";

    private static final int MAX_BYTES = 100_000;

    private final HttpServer http;
    private final Map<String, String> secrets = new ConcurrentSkipListMap<>();

    private DopplerServer(HttpServer http) {
        this.http = http;
    }

    public static DopplerServer start() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        DopplerServer server = new DopplerServer(http);
        http.createContext("/v3/configs/config/secrets", server::answer);
        http.start();
        return server;
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    public Map<String, String> secrets() {
        return secrets;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int code = 401;
            if (("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                secrets.putAll(JsonView.parse(body, MAX_BYTES, "request").stringMap("secrets"));
                code = 200;
            }
            byte[] reply = "{\"success\":true}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(code, reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
