package io.sandboximage.internal.http;

import java.util.Optional;
import okhttp3.Headers;
import okhttp3.HttpUrl;

/**
 * A complete answer.
 *
 * @param url where it came from, after redirects
 * @param body all of it; of an error at most the first {@value HttpTransport#MAX_ERROR_BYTES} bytes
 */
public record HttpReply(int status, Headers headers, HttpUrl url, byte[] body) {
    public boolean successful() {
        return status >= 200 && status < 300;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).filter(value -> !value.isBlank());
    }
}
