package io.sandboximage.internal.json;

import io.sandboximage.error.InvalidContentException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Typed access to one JSON object; every error names the member and the document. */
public final class JsonView {
    private final Map<String, Object> members;
    private final String what;

    public JsonView(Map<String, Object> members, String what) {
        this.members = members;
        this.what = what;
    }

    public static JsonView parse(byte[] bytes, int maxBytes, String what) {
        return new JsonView(Json.parseObject(bytes, maxBytes, what), what);
    }

    /** The members as parsed; not to be changed. */
    public Map<String, Object> members() {
        return Collections.unmodifiableMap(members);
    }

    public boolean has(String name) {
        return members.get(name) != null;
    }

    public Optional<String> string(String name) {
        return get(name, String.class, "a string");
    }

    public String requireString(String name) {
        return string(name).orElseThrow(() -> missing(name));
    }

    public Optional<Boolean> bool(String name) {
        return get(name, Boolean.class, "a boolean");
    }

    public Optional<Long> number(String name) {
        return get(name, BigDecimal.class, "a number").map(n -> {
            try {
                return n.longValueExact();
            } catch (ArithmeticException e) {
                throw new InvalidContentException(
                        "In the " + what + ", \"" + name + "\" is " + n + ", not a whole number of 64 bits", e);
            }
        });
    }

    public long requireNumber(String name) {
        return number(name).orElseThrow(() -> missing(name));
    }

    public Optional<JsonView> object(String name) {
        return get(name, Map.class, "an object").map(m -> new JsonView(Json.asObject(m), name + " of " + what));
    }

    public JsonView requireObject(String name) {
        return object(name).orElseThrow(() -> missing(name));
    }

    /** The elements of an array of objects; empty if the member is absent or null. */
    public List<JsonView> objects(String name) {
        List<JsonView> views = new ArrayList<>();
        for (Object element : array(name)) {
            if (!(element instanceof Map<?, ?>)) {
                throw wrongType(name, "an array of objects");
            }
            views.add(new JsonView(Json.asObject(element), name + "[" + views.size() + "] of " + what));
        }
        return views;
    }

    /** The elements of an array of strings; empty if the member is absent or null. */
    public List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        for (Object element : array(name)) {
            if (!(element instanceof String text)) {
                throw wrongType(name, "an array of strings");
            }
            strings.add(text);
        }
        return List.copyOf(strings);
    }

    /** An object whose members are all strings, in document order; empty if the member is absent or null. */
    public Map<String, String> stringMap(String name) {
        Map<String, String> map = new LinkedHashMap<>();
        object(name)
                .ifPresent(o -> o.members.forEach((key, value) -> {
                    if (!(value instanceof String text)) {
                        throw wrongType(name, "an object of strings");
                    }
                    map.put(key, text);
                }));
        return Collections.unmodifiableMap(map);
    }

    private List<?> array(String name) {
        return get(name, List.class, "an array").orElse(List.of());
    }

    private <T> Optional<T> get(String name, Class<T> type, String expected) {
        @Nullable Object value = members.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw wrongType(name, expected);
        }
        return Optional.of(type.cast(value));
    }

    private InvalidContentException missing(String name) {
        return new InvalidContentException("The " + what + " lacks the required member \"" + name + "\"");
    }

    private InvalidContentException wrongType(String name, String expected) {
        return new InvalidContentException("In the " + what + ", \"" + name + "\" is not " + expected);
    }
}
