package io.sandboximage.testkit.daytona;

import io.sandboximage.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A whole answer. */
record Answer(int status, Map<String, String> headers, byte[] body) {
    static Answer json(int status, Object tree) {
        return new Answer(status, Map.of("Content-Type", "application/json; charset=utf-8"), Json.write(tree));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }

    static Answer text(int status, String type, String text) {
        return new Answer(status, Map.of("Content-Type", type), text.getBytes(StandardCharsets.UTF_8));
    }
}
