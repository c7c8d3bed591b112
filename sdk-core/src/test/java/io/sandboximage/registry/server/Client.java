package io.sandboximage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import okhttp3.Headers;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** Speaks to a registry as plainly as possible. */
final class Client implements AutoCloseable {
    private final OkHttpClient http;
    private final String base;

    Client(RegistryServer server) {
        this(server, new OkHttpClient.Builder().retryOnConnectionFailure(false).build());
    }

    Client(RegistryServer server, OkHttpClient http) {
        this.base = server.url().toString();
        this.http = http;
    }

    /** What came back; a header that is missing is empty. */
    record Answer(int status, Headers headers, byte[] body) {
        String header(String name) {
            String value = headers.get(name);
            return value == null ? "" : value;
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        void assertError(int expectedStatus, String code) {
            assertThat(status).as(text()).isEqualTo(expectedStatus);
            assertThat(text()).contains("\"code\":\"" + code + "\"");
        }

        Answer assertStatus(int expected) {
            assertThat(status).as(text()).isEqualTo(expected);
            return this;
        }
    }

    Answer get(String path, String... headers) {
        return call("GET", path, null, headers);
    }

    Answer head(String path, String... headers) {
        return call("HEAD", path, null, headers);
    }

    Answer delete(String path) {
        return call("DELETE", path, null);
    }

    Answer post(String path) {
        return call("POST", path, RequestBody.create(new byte[0]));
    }

    Answer send(String method, String path, byte[] body, String... headers) {
        return call(method, path, RequestBody.create(body), headers);
    }

    Answer send(String method, String path, String body, String... headers) {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer call(String method, String path, @Nullable RequestBody body, String... headers) {
        try {
            return tryCall(method, path, body, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path + " failed", e);
        }
    }

    Answer tryCall(String method, String path, @Nullable RequestBody body, String... headers) throws IOException {
        Request request = new Request.Builder()
                .url(base + path)
                .headers(Headers.of(headers))
                .method(method, body)
                .build();
        try (Response response = http.newCall(request).execute()) {
            return new Answer(
                    response.code(), response.headers(), response.body().bytes());
        }
    }

    Digest pushBlob(String repository, byte[] content) {
        Digest digest = Digest.sha256(content);
        send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content)
                .assertStatus(201);
        return digest;
    }

    Digest pushBlob(String repository, String content) {
        return pushBlob(repository, content.getBytes(StandardCharsets.UTF_8));
    }

    Answer putManifest(String repository, String reference, String mediaType, byte[] manifest) {
        return send("PUT", "/v2/" + repository + "/manifests/" + reference, manifest, "Content-Type", mediaType);
    }

    /** Pushes an image of one layer that holds {@code text}. */
    Manifest pushImage(String repository, String tag, String text) {
        Manifest image = image(text);
        pushBlob(repository, "{}");
        pushBlob(repository, text);
        putManifest(repository, tag, MediaTypes.OCI_MANIFEST, image.bytes()).assertStatus(201);
        return image;
    }

    static Manifest image(String text) {
        return Manifest.create(
                Descriptor.of(MediaTypes.OCI_CONFIG, "{}".getBytes(StandardCharsets.UTF_8)),
                List.of(Descriptor.of(MediaTypes.OCI_LAYER, text.getBytes(StandardCharsets.UTF_8))),
                Map.of());
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
