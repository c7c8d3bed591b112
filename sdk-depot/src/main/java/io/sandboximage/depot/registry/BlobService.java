package io.sandboximage.depot.registry;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotHttp;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.http.HttpCall;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.http.HttpTransport;
import io.sandboximage.internal.json.Json;
import io.sandboximage.registry.PushGrant;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/** Depot's service that copies blobs of builds into other registries. Thread-safe. */
final class BlobService implements AutoCloseable {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int MAX_ANSWER_BYTES = 64 * 1024;
    private static final int TRIES = 3;
    private static final String DOCKER_HUB_API = "registry-1.docker.io";

    private final HttpUrl base;
    private final DepotAccess access;
    private final HttpTransport http;

    BlobService(URI base, DepotAccess access) {
        this.base = Objects.requireNonNull(HttpUrl.get(base), "only http and https");
        this.access = access;
        this.http = DepotHttp.transport(TRIES);
    }

    /** @throws io.sandboximage.error.SandboxImageException if it does not */
    void copy(String buildId, Digest blob, ImageReference to, PushGrant grant) {
        String what = "have Depot copy the blob " + blob + " to " + to.registry();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("registryHost", to.registry().equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_API : to.registry());
        body.put("repositoryNamespace", to.repository());
        body.put("registryToken", grant.token());
        body.put("tokenScheme", grant.scheme());
        Request request = new Request.Builder()
                .url(base.newBuilder()
                        .addPathSegment("blobs")
                        .addPathSegment(buildId)
                        .addPathSegment(blob.toString())
                        .build())
                .header("Authorization", "Bearer " + access.token())
                .post(RequestBody.create(Json.write(body), JSON))
                .build();
        // A second copy of the same blob does no harm; a large one takes its time.
        HttpReply reply = http.fetch(new HttpCall(what, request, true, true), MAX_ANSWER_BYTES);
        if (!reply.successful()) {
            throw HttpFailures.of(reply, what);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
