package io.sandboximage.testkit.daytona;

import com.sun.net.httpserver.HttpExchange;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request to the emulator, taken apart. */
final class ApiCall {
    private final HttpExchange exchange;
    private final List<String> segments = new ArrayList<>();
    private final Map<String, String> query = new LinkedHashMap<>();
    private final byte[] body;

    /** @param prefix of the path, for instance {@code /api} */
    ApiCall(HttpExchange exchange, String prefix) throws IOException {
        this.exchange = exchange;
        for (String segment : path(prefix).split("/")) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment));
            }
        }
        String text = exchange.getRequestURI().getRawQuery();
        for (String pair : text == null ? new String[0] : text.split("&")) {
            int equals = pair.indexOf('=');
            query.put(decode(equals < 0 ? pair : pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        this.body = exchange.getRequestBody().readAllBytes();
    }

    String path(String prefix) {
        return exchange.getRequestURI().getRawPath().substring(prefix.length());
    }

    HttpExchange exchange() {
        return exchange;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    /** Decoded, so a slash may be part of one. */
    List<String> segments() {
        return segments;
    }

    Map<String, String> query() {
        return query;
    }

    byte[] body() {
        return body;
    }

    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    RecordedRequest record(String prefix) {
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
        String raw = exchange.getRequestURI().getRawQuery();
        return new RecordedRequest(
                method(), path(prefix), raw == null ? "" : raw, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** The body as an object; what is none counts as empty, as at the server. */
    Map<String, Object> json() {
        String type = header("Content-Type");
        if (body.length == 0 || type == null || !type.startsWith("application/json")) {
            return Map.of();
        }
        try {
            return Json.parseObject(body, body.length, "request body");
        } catch (InvalidContentException e) {
            throw new ApiError(400, "Unexpected token in JSON");
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
