package io.sandboximage.examples.cli;

import com.squareup.moshi.JsonWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import okio.BufferedSink;
import okio.Okio;

/** Writes trees of maps, iterables, strings, numbers and booleans as indented JSON. */
final class JsonText {
    private JsonText() {}

    static void print(Map<String, Object> object, PrintStream out) {
        try {
            BufferedSink sink = Okio.buffer(Okio.sink(out));
            JsonWriter writer = JsonWriter.of(sink);
            writer.setIndent("  ");
            write(writer, object);
            sink.writeUtf8("\n").flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(JsonWriter writer, Object value) throws IOException {
        if (value instanceof Map<?, ?> object) {
            writer.beginObject();
            for (Map.Entry<?, ?> member : object.entrySet()) {
                writer.name((String) member.getKey());
                write(writer, member.getValue());
            }
            writer.endObject();
        } else if (value instanceof Iterable<?> array) {
            writer.beginArray();
            for (Object element : array) {
                write(writer, element);
            }
            writer.endArray();
        } else if (value instanceof Boolean bool) {
            writer.value(bool);
        } else if (value instanceof Number number) {
            writer.value(number);
        } else {
            writer.value(value.toString());
        }
    }
}
