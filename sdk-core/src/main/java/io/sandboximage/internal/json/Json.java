package io.sandboximage.internal.json;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonEncodingException;
import com.squareup.moshi.JsonReader;
import com.squareup.moshi.JsonWriter;
import io.sandboximage.error.InvalidContentException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Parses JSON into {@code Map<String, Object>} (in document order), {@code List<Object>}, {@link String},
 * {@link BigDecimal}, {@link Boolean} and null, and writes such trees back. Hostile input is bounded: size by the caller's
 * limit, depth by the reader's own (255), values to 500 000, and a repeated member is refused because readers disagree on which one counts.
 */
public final class Json {
    private static final int MAX_VALUES = 500_000;
    private static final int MAX_DIGITS = 64;

    private Json() {}

    /**
     * Parses one JSON object that fills the whole input.
     *
     * @param what names the document in error messages, for instance {@code "manifest sha256:…"}
     * @throws InvalidContentException if the bytes are no JSON object or larger than {@code maxBytes}
     */
    public static Map<String, Object> parseObject(byte[] bytes, int maxBytes, String what) {
        Object value = parse(bytes, maxBytes, what);
        if (value instanceof Map<?, ?>) {
            return asObject(value);
        }
        throw new InvalidContentException("The " + what + " is not a JSON object");
    }

    /** Like {@link #parseObject} for any JSON value. */
    public static @Nullable Object parse(byte[] bytes, int maxBytes, String what) {
        if (bytes.length > maxBytes) {
            throw new InvalidContentException("The " + what + " has " + bytes.length + " bytes, more than the "
                    + maxBytes + " that are accepted for such a document");
        }
        JsonReader reader = JsonReader.of(new Buffer().write(bytes));
        try {
            Object value = new Parser(reader).read();
            if (reader.peek() != JsonReader.Token.END_DOCUMENT) {
                throw new InvalidContentException("The " + what + " has content after its JSON value");
            }
            return value;
        } catch (EOFException e) {
            throw new InvalidContentException("The " + what + " ends in the middle of its JSON", e);
        } catch (JsonEncodingException | JsonDataException e) {
            throw new InvalidContentException("The " + what + " is not valid JSON: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compact JSON of a tree as {@link #parse} gives it; members in the map's own order, null members written. */
    public static byte[] write(Object tree) {
        Buffer buffer = new Buffer();
        try (JsonWriter writer = JsonWriter.of(buffer)) {
            writer.setSerializeNulls(true);
            write(writer, tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return buffer.readByteArray();
    }

    /** The tree as an object; callers have checked that it is one. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> asObject(Object tree) {
        return (Map<String, Object>) tree;
    }

    private static void write(JsonWriter writer, @Nullable Object tree) throws IOException {
        if (tree == null) {
            writer.nullValue();
        } else if (tree instanceof Map<?, ?> object) {
            writer.beginObject();
            for (Map.Entry<?, ?> member : object.entrySet()) {
                writer.name((String) member.getKey());
                write(writer, member.getValue());
            }
            writer.endObject();
        } else if (tree instanceof Iterable<?> array) {
            writer.beginArray();
            for (Object element : array) {
                write(writer, element);
            }
            writer.endArray();
        } else if (tree instanceof String text) {
            writer.value(text);
        } else if (tree instanceof Number number) {
            writer.value(number);
        } else if (tree instanceof Boolean bool) {
            writer.value(bool);
        } else {
            throw new IllegalArgumentException("No JSON form for " + tree.getClass());
        }
    }

    private static final class Parser {
        private final JsonReader reader;
        private int values;

        Parser(JsonReader reader) {
            this.reader = reader;
        }

        @Nullable
        Object read() throws IOException {
            // Millions of empty objects fit into a few megabytes of text, but not into the heap.
            if (++values > MAX_VALUES) {
                throw new JsonDataException("more than " + MAX_VALUES + " values");
            }
            return switch (reader.peek()) {
                case BEGIN_OBJECT -> readObject();
                case BEGIN_ARRAY -> readArray();
                case STRING -> reader.nextString();
                case NUMBER -> readNumber();
                case BOOLEAN -> reader.nextBoolean();
                case NULL -> reader.nextNull();
                default -> throw new JsonDataException("no value at " + reader.getPath());
            };
        }

        private Map<String, @Nullable Object> readObject() throws IOException {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (object.containsKey(name)) {
                    throw new JsonDataException("member \"" + name + "\" appears twice at " + reader.getPath());
                }
                object.put(name, read());
            }
            reader.endObject();
            return object;
        }

        private List<@Nullable Object> readArray() throws IOException {
            List<@Nullable Object> array = new ArrayList<>();
            reader.beginArray();
            while (reader.hasNext()) {
                array.add(read());
            }
            reader.endArray();
            return array;
        }

        private BigDecimal readNumber() throws IOException {
            String digits = reader.nextString();
            if (digits.length() > MAX_DIGITS) {
                throw new JsonDataException("a number of " + digits.length() + " characters at " + reader.getPath());
            }
            try {
                return new BigDecimal(digits);
            } catch (NumberFormatException e) {
                // The JSON grammar allows exponents of any length.
                throw new JsonDataException("a number out of range at " + reader.getPath(), e);
            }
        }
    }
}
