package io.sandboximage.daytona.internal;

import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Members as the live server sends them, which is not always what its specification says: what is null, absent or of another type
 * counts as absent, except where nothing can be done without it.
 */
public final class JsonLenient {
    private JsonLenient() {}

    /** A member that is there and not blank. */
    public static Optional<String> text(JsonView json, String name) {
        return json.members().get(name) instanceof String text && !text.isBlank()
                ? Optional.of(text)
                : Optional.empty();
    }

    /** @throws UnavailableException if it is not there */
    public static String required(JsonView json, String name, String what) {
        return text(json, name)
                .orElseThrow(() -> new UnavailableException("Could not " + what + ": the answer of the server has no \""
                        + name + "\". It may be of another version than this client is made for"));
    }

    public static boolean flag(JsonView json, String name) {
        return Boolean.TRUE.equals(json.members().get(name));
    }

    public static Optional<BigDecimal> number(JsonView json, String name) {
        return json.members().get(name) instanceof BigDecimal number ? Optional.of(number) : Optional.empty();
    }

    /** A whole number, rounded up; 0 if it is absent. */
    public static int count(JsonView json, String name) {
        return number(json, name)
                .map(n -> n.setScale(0, RoundingMode.CEILING)
                        .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                        .intValue())
                .orElse(0);
    }

    public static Optional<Instant> instant(JsonView json, String name) {
        return text(json, name).flatMap(text -> {
            try {
                return Optional.of(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        });
    }

    public static Optional<JsonView> object(JsonView json, String name) {
        return json.members().get(name) instanceof Map<?, ?> map
                ? Optional.of(new JsonView(Json.asObject(map), name))
                : Optional.empty();
    }

    /** The strings of an array. */
    public static List<String> texts(JsonView json, String name) {
        List<String> texts = new ArrayList<>();
        if (json.members().get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (element instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return List.copyOf(texts);
    }

    static List<JsonView> objects(@Nullable Object array, String what) {
        if (!(array instanceof List<?> list)) {
            throw new UnavailableException("Could not " + what + ": the server sent no list");
        }
        List<JsonView> objects = new ArrayList<>();
        for (Object element : list) {
            if (element instanceof Map<?, ?> map) {
                objects.add(new JsonView(Json.asObject(map), what));
            }
        }
        return objects;
    }
}
