package io.sandboximage.examples.service;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** JSON objects on one line, from and to plain maps. */
final class JsonLine {
    private static final JsonAdapter<Object> ADAPTER =
            new Moshi.Builder().build().adapter(Object.class);

    private JsonLine() {}

    static String write(Map<String, Object> object) {
        return ADAPTER.toJson(object);
    }

    /** @throws InvalidRequestException if it is no JSON object */
    static Map<?, ?> parse(byte[] json) {
        try {
            if (ADAPTER.fromJson(new String(json, StandardCharsets.UTF_8)) instanceof Map<?, ?> object) {
                return object;
            }
        } catch (IOException | JsonDataException e) {
            throw new InvalidRequestException("The body is no JSON: " + e.getMessage(), e);
        }
        throw new InvalidRequestException("The body is no JSON object");
    }
}
