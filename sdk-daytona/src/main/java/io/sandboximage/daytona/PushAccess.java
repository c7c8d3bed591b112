package io.sandboximage.daytona;

import io.sandboximage.credentials.Credentials;
import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.internal.json.JsonView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import okhttp3.HttpUrl;

/** Leave to push to Daytona's transient registry for a while. */
record PushAccess(Credentials credentials, String registry, String project, Instant expiresAt) {
    private static final Duration LIFE = Duration.ofHours(1);

    /** Asks for it; the server makes a new account each time. */
    static PushAccess request(Api api, Optional<String> region) {
        String what = "get access to Daytona's registry";
        HttpUrl.Builder url = api.url("docker-registry", "registry-push-access");
        region.ifPresent(id -> url.addQueryParameter("regionId", id));
        Instant asked = api.pace().now();
        JsonView json = api.get(what, url.build());
        return new PushAccess(
                Credentials.basic(
                        JsonLenient.required(json, "username", what), JsonLenient.required(json, "secret", what)),
                JsonLenient.required(json, "registryUrl", what)
                        .replaceFirst("^https?://", "")
                        .replaceFirst("/+$", ""),
                JsonLenient.text(json, "project").orElse(""),
                JsonLenient.instant(json, "expiresAt").orElse(asked.plus(LIFE)));
    }

    /** The repository's path in the registry. */
    String path(String repository) {
        return project.isEmpty() ? repository : project + "/" + repository;
    }

    @Override
    public String toString() {
        return "PushAccess[registry=" + registry + ", project=" + project + ", expiresAt=" + expiresAt + "]";
    }
}
