package io.sandboximage.registry;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.http.HttpFailures;
import io.sandboximage.internal.json.JsonView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Request;

/** One repository of a registry, for direct use of the distribution API. Thread-safe; made by {@link RegistryClient#repository}. */
public final class Repository {
    private final Routes routes;
    private final Manifests manifests;
    private final Blobs blobs;

    Repository(Routes routes, UploadSettings uploads, boolean foreignUrls) {
        this.routes = routes;
        this.manifests = new Manifests(routes);
        this.blobs = new Blobs(routes, uploads, foreignUrls);
    }

    /** Registry and repository: {@code ghcr.io/acme/app}. */
    public String name() {
        return routes.name();
    }

    public Manifests manifests() {
        return manifests;
    }

    public Blobs blobs() {
        return blobs;
    }

    /**
     * All tags, in the registry's order, however many pages they fill.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such repository
     */
    public List<String> tags() {
        String what = "list the tags of " + routes.name();
        List<String> tags = new ArrayList<>();
        new PagedList(routes.connection(), routes.pull(), what)
                .forEach(routes.tags().build(), reply -> {
                    if (!reply.successful()) {
                        throw HttpFailures.of(reply, what);
                    }
                    tags.addAll(JsonView.parse(reply.body(), PagedList.MAX_PAGE_BYTES, "tag list of " + routes.name())
                            .strings("tags"));
                });
        return List.copyOf(tags);
    }

    /** Manifests that name {@code subject} as theirs. */
    public List<Descriptor> referrers(Digest subject) {
        return manifests.referrers().list(subject, Optional.empty());
    }

    /** Those of one artifact type, for instance of signatures. */
    public List<Descriptor> referrers(Digest subject, String artifactType) {
        return manifests.referrers().list(subject, Optional.of(artifactType));
    }

    /**
     * What lets another program push here in our name, as the registry and our credentials allow it now. Whoever passes it on
     * trusts that program with it.
     *
     * @return empty where the registry asks nobody who he is, or there are no credentials for it
     * @throws io.sandboximage.error.AuthenticationException if the registry refuses the credentials
     */
    public Optional<PushGrant> pushGrant() {
        String what = "get leave to push to " + routes.name();
        Request.Builder probe =
                new Request.Builder().url(routes.connection().host().url().resolve("/v2/"));
        return routes.connection()
                .authorization(RegistryRequest.repeatable(what, probe, routes.push()))
                .map(value -> value.split(" ", 2))
                .map(words -> new PushGrant(words[0], words[1]));
    }

    Routes routes() {
        return routes;
    }
}
