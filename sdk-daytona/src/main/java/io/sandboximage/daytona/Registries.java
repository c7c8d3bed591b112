package io.sandboximage.daytona;

import io.sandboximage.daytona.internal.Api;
import io.sandboximage.daytona.internal.JsonLenient;
import io.sandboximage.daytona.registry.DaytonaRegistry;
import io.sandboximage.daytona.registry.EnsuredRegistry;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.internal.json.JsonView;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The registries whose credentials Daytona uses when it pulls: the one whose URL starts an image's name. Credentials are not tried when
 * they are saved. Thread-safe.
 */
public final class Registries {
    /** Depot's registry; below it each project has a path of its own. */
    public static final String DEPOT = "registry.depot.dev";

    /** Depot takes any user name with a token; this is the one of its documentation. */
    private static final String DEPOT_USER = "x-token";

    private static final String PATH = "docker-registry";

    private final Api api;

    Registries(Api api) {
        this.api = api;
    }

    /** All of the organisation, the newest first. */
    public List<DaytonaRegistry> list() {
        String what = "list registries";
        return api.list(what, api.url(PATH).build()).stream()
                .map(json -> parse(json, what))
                .toList();
    }

    /** @throws io.sandboximage.error.NotFoundException if there is none of this id */
    public DaytonaRegistry get(String id) {
        String what = "look up the registry " + id;
        return parse(api.get(what, api.url(PATH, id).build()), what);
    }

    /**
     * Makes one; several for one URL are possible, {@link #ensure} makes only one.
     *
     * @throws io.sandboximage.error.QuotaExceededException if there are as many as the server allows
     */
    public DaytonaRegistry create(RegistrySpec spec) {
        String what = "create the registry " + spec.url();
        return parse(api.post(what, api.url(PATH).build(), body(spec, true)), what);
    }

    /** Writes all of it anew; an empty password leaves the one that there is. */
    public DaytonaRegistry update(String id, RegistrySpec spec) {
        String what = "update the registry " + spec.url();
        return parse(
                api.patch(
                        what,
                        api.url(PATH, id).build(),
                        body(spec, !spec.password().isEmpty())),
                what);
    }

    public void delete(String id) {
        api.run("delete the registry " + id, "DELETE", api.url(PATH, id).build());
    }

    /**
     * Sees to it that there is one registry for this URL, project and name of user with these credentials. Where processes that do the
     * same at the same time made several, the oldest is the one that stays in use.
     */
    public EnsuredRegistry ensure(RegistrySpec spec) {
        Optional<DaytonaRegistry> there = find(spec);
        if (there.isPresent()) {
            return new EnsuredRegistry(update(there.get().id(), spec), EnsuredRegistry.Outcome.UPDATED);
        }
        DaytonaRegistry made = create(spec);
        // Whoever was as fast as we made one too: the oldest stays.
        Optional<DaytonaRegistry> oldest = find(spec);
        if (oldest.isPresent() && !oldest.get().id().equals(made.id())) {
            delete(made.id());
            return new EnsuredRegistry(update(oldest.get().id(), spec), EnsuredRegistry.Outcome.UPDATED);
        }
        return new EnsuredRegistry(made, EnsuredRegistry.Outcome.CREATED);
    }

    /**
     * Lets Daytona pull from Depot's registry.
     *
     * @param token a Depot token that may pull; it is kept by Daytona as long as the registry is
     */
    public EnsuredRegistry ensureDepotRegistry(String token) {
        return ensureDepotRegistry(DEPOT, token);
    }

    /** @param host of an organisation, {@code <organisation>.registry.depot.dev} */
    public EnsuredRegistry ensureDepotRegistry(String host, String token) {
        return ensure(RegistrySpec.of("depot", host, DEPOT_USER, token));
    }

    private Optional<DaytonaRegistry> find(RegistrySpec spec) {
        return list().stream()
                .filter(registry -> host(registry.url()).equals(host(spec.normalisedUrl()))
                        && registry.project().equals(spec.project())
                        && registry.username().equals(spec.username()))
                .min(Comparator.comparing(DaytonaRegistry::createdAt).thenComparing(DaytonaRegistry::id));
    }

    private static String host(String url) {
        return url.replaceFirst("^https?://", "").replaceFirst("/+$", "");
    }

    private static Map<String, Object> body(RegistrySpec spec, boolean password) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", spec.name());
        body.put("url", spec.url());
        body.put("username", spec.username());
        if (password) {
            body.put("password", spec.password());
        }
        if (!spec.project().isEmpty()) {
            body.put("project", spec.project());
        }
        return body;
    }

    private static DaytonaRegistry parse(JsonView json, String what) {
        Instant created = JsonLenient.instant(json, "createdAt").orElse(Instant.EPOCH);
        return new DaytonaRegistry(
                JsonLenient.required(json, "id", what),
                JsonLenient.text(json, "name").orElse(""),
                JsonLenient.text(json, "url").orElse(""),
                JsonLenient.text(json, "username").orElse(""),
                JsonLenient.text(json, "project").orElse(""),
                JsonLenient.text(json, "registryType").orElse("organization"),
                created,
                JsonLenient.instant(json, "updatedAt").orElse(created));
    }
}
