package io.sandboximage.daytona;

import io.sandboximage.daytona.account.ApiKey;
import io.sandboximage.daytona.account.Limits;
import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.internal.json.JsonView;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Who is asking, and how much he may use. Thread-safe. */
public final class Account {
    private final Api api;

    Account(Api api) {
        this.api = api;
    }

    /**
     * The API key that this client works with.
     *
     * @return empty for a user's token, which has its user's rights
     * @throws AuthenticationException if the key is unknown or expired
     */
    public Optional<ApiKey> key() {
        String what = "look up the API key's permissions";
        JsonView json;
        try {
            json = api.get(what, api.url("api-keys", "current").build());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
        return Optional.of(new ApiKey(
                JsonLenient.text(json, "name").orElse(""),
                Set.copyOf(JsonLenient.texts(json, "permissions")),
                JsonLenient.instant(json, "expiresAt")));
    }

    /** What the organisation may use; empty where the server does not tell, as it does to most API keys. */
    public Optional<Limits> limits() {
        Optional<String> organization = api.organization();
        if (organization.isEmpty()) {
            return Optional.empty();
        }
        String id = organization.get();
        try {
            JsonView limits = api.get(
                    "look up the limits of the organisation",
                    api.url("organizations", id).build());
            JsonView usage = api.get(
                    "look up the usage of the organisation",
                    api.url("organizations", id, "usage").build());
            return Optional.of(new Limits(
                    number(usage, "totalSnapshotQuota"),
                    number(usage, "currentSnapshotUsage"),
                    number(limits, "maxCpuPerSandbox"),
                    number(limits, "maxMemoryPerSandbox"),
                    number(limits, "maxDiskPerSandbox")));
        } catch (AuthenticationException | AccessDeniedException | NotFoundException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(JsonView json, String name) {
        return JsonLenient.number(json, name)
                .map(n -> OptionalLong.of(n.longValue()))
                .orElse(OptionalLong.empty());
    }
}
