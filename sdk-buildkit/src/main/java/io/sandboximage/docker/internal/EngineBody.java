package io.sandboximage.docker.internal;

import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.io.OutputStream;

/**
 * What is sent with a call.
 *
 * @param contentType its media type
 * @param length in bytes; negative if not known
 */
public record EngineBody(String contentType, long length, Writer writer) {
    /** Writes the body once. */
    @FunctionalInterface
    public interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /** @param tree as {@link Json} writes it */
    public static EngineBody json(Object tree) {
        byte[] bytes = Json.write(tree);
        return new EngineBody("application/json", bytes.length, out -> out.write(bytes));
    }

    /** @param length negative if not known */
    public static EngineBody tar(long length, Writer writer) {
        return new EngineBody("application/x-tar", length, writer);
    }
}
