package io.sandboximage.internal.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * An answer whose body streams.
 *
 * @param head status and headers; of an error also the start of the body
 * @param body the bytes of a success; empty for an error. Reads may be cancelled by interrupting the reading thread
 */
public record HttpStream(HttpReply head, InputStream body) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        body.close();
    }
}
