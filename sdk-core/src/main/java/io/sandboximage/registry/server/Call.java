package io.sandboximage.registry.server;

import com.sun.net.httpserver.HttpExchange;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request and its answer. */
final class Call {
    private static final int BUFFER = 64 * 1024;
    private static final long MAX_DRAIN = 16L * 1024 * 1024;

    private final HttpExchange exchange;
    private final Runnable progress;
    private final String path;
    private @Nullable Map<String, String> query;

    /** @param progress called whenever bytes moved, so that a stalled client can be told from a slow one */
    Call(HttpExchange exchange, Runnable progress) {
        this.exchange = exchange;
        this.progress = progress;
        this.path = Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("");
    }

    String method() {
        return exchange.getRequestMethod();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    /** Decoded; to be checked against a grammar before it is used for anything. */
    String path() {
        return path;
    }

    Optional<String> query(String name) {
        Map<String, String> parameters = query;
        if (parameters == null) {
            parameters = parseQuery(exchange.getRequestURI().getRawQuery());
            query = parameters;
        }
        return Optional.ofNullable(parameters.get(name));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** Length of the body as announced; negative where it is not. */
    long contentLength() {
        Optional<String> length = header("Content-Length");
        if (length.isEmpty()) {
            return -1;
        }
        try {
            return Long.parseLong(length.get().trim());
        } catch (NumberFormatException e) {
            throw new RegistryException(400, RegistryException.SIZE_INVALID, "not a length: " + length.get());
        }
    }

    InputStream body() {
        return exchange.getRequestBody();
    }

    /** Passes the body on; gives its length. A body that ends early is an error. */
    long copyBody(BodySink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        InputStream in = body();
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            progress.run();
            sink.write(buffer, 0, n);
            total += n;
        }
        if (contentLength() >= 0 && total < contentLength()) {
            throw new IOException(
                    "The client closed the connection after " + total + " of " + contentLength() + " bytes");
        }
        return total;
    }

    void setHeader(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /** Answers without a body. */
    void sendEmpty(int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
    }

    void send(int status, String contentType, byte[] body) throws IOException {
        setHeader("Content-Type", contentType);
        if (isHead() || body.length == 0) {
            sendHead(status, body.length);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    void sendJson(int status, Map<String, Object> body) throws IOException {
        send(status, "application/json", Json.write(body));
    }

    /** @throws IOException if an answer has begun already: all that can be done is to break the connection */
    void sendError(int status, String code, Throwable cause) throws IOException {
        if (exchange.getResponseCode() != -1) {
            throw new IOException("Failed in mid-answer", cause);
        }
        String message = String.valueOf(cause.getMessage());
        byte[] body = Json.write(Map.of("errors", List.of(Map.of("code", code, "message", message))));
        setHeader("Content-Type", "application/json");
        if (isHead()) {
            sendHead(status, body.length);
            return;
        }
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
            out.flush();
            drain();
        }
    }

    /** Takes what the client is still sending: to close on it would reset the connection before it reads the answer. */
    private void drain() throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = MAX_DRAIN;
        for (int n = 0; n >= 0 && left > 0; n = body().read(buffer)) {
            progress.run();
            left -= n;
        }
    }

    /** Answers with the headers that a body of {@code length} bytes would have. */
    void sendHead(int status, long length) throws IOException {
        if (isHead()) {
            setHeader("Content-Length", Long.toString(length));
        }
        exchange.sendResponseHeaders(status, -1);
    }

    /**
     * Answers with {@code length} bytes from a stream. A buffer is sent no earlier than the next one was read, because the read
     * that meets the end is the one that verifies the digest: the client of a corrupt blob never gets its last bytes.
     *
     * @param toEnd whether the stream ends after {@code length} bytes
     */
    void sendStream(int status, InputStream in, long length, boolean toEnd) throws IOException {
        if (length == 0) {
            sendEmpty(status);
            return;
        }
        boolean started = false;
        byte[] ready = new byte[BUFFER];
        byte[] next = new byte[BUFFER];
        int readyLength = 0;
        long left = length;
        while (left > 0) {
            int n = in.read(next, 0, (int) Math.min(BUFFER, left));
            if (n < 0) {
                throw new IOException("The content ends " + left + " bytes early");
            }
            left -= n;
            if (left == 0 && toEnd && in.read() >= 0) {
                throw new IOException("The content is longer than its " + length + " bytes");
            }
            if (!started) {
                exchange.sendResponseHeaders(status, length);
                started = true;
            }
            exchange.getResponseBody().write(ready, 0, readyLength);
            progress.run();
            byte[] swap = ready;
            ready = next;
            next = swap;
            readyLength = n;
        }
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(ready, 0, readyLength);
        }
    }

    private static Map<String, String> parseQuery(@Nullable String raw) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (raw == null) {
            return parameters;
        }
        for (String part : raw.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            parameters.putIfAbsent(decode(name), equals < 0 ? "" : decode(part.substring(equals + 1)));
        }
        return parameters;
    }

    /** A bare plus stays a plus: media types have them, and no value of this API has a space. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(400, RegistryException.UNSUPPORTED, "the query is not well-formed");
        }
    }

    /** Where a body goes. */
    interface BodySink {
        void write(byte[] buffer, int offset, int length) throws IOException;
    }
}
