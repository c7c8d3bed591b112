package io.sandboximage.testkit.daytona;

import io.sandboximage.internal.json.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the emulator answers instead of doing its work, or after it.
 *
 * @param status 0 to break the connection without an answer
 * @param worksFirst whether the work is done all the same, so that only its answer is lost
 */
public record ScriptedAnswer(int status, Map<String, String> headers, String body, boolean worksFirst) {
    private static final String JSON = "application/json; charset=utf-8";

    public ScriptedAnswer {
        headers = Map.copyOf(headers);
    }

    /** An error as the API writes it. */
    public static ScriptedAnswer error(int status, String message) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("statusCode", BigDecimal.valueOf(status));
        json.put("error", "Error");
        json.put("message", message);
        json.put("path", "/");
        json.put("timestamp", "2026-11-01T12:00:00.000Z");
        String body = new String(Json.write(json), StandardCharsets.UTF_8);
        return new ScriptedAnswer(status, Map.of("Content-Type", JSON), body, false);
    }

    /** Too many requests, as the bucket for keys answers: only a header of its own says how long to wait. */
    public static ScriptedAnswer tooMany(int seconds) {
        return new ScriptedAnswer(
                429,
                Map.of("Content-Type", JSON, "Retry-After-authenticated", Integer.toString(seconds)),
                "{\"statusCode\":429,\"error\":\"Too Many Requests\",\"message\":\"ThrottlerException: Too Many Requests\"}",
                false);
    }

    /** A page of a gateway. */
    public static ScriptedAnswer html(int status) {
        return new ScriptedAnswer(
                status, Map.of("Content-Type", "text/html"), "<html><body>gateway</body></html>", false);
    }

    /** The connection breaks before anything is done. */
    public static ScriptedAnswer broken() {
        return new ScriptedAnswer(0, Map.of(), "", false);
    }

    /** The work is done, and the connection breaks before the answer. */
    public static ScriptedAnswer lost() {
        return new ScriptedAnswer(0, Map.of(), "", true);
    }
}
