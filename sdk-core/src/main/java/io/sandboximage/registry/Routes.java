package io.sandboximage.registry;

import io.sandboximage.image.Digest;
import io.sandboximage.registry.internal.auth.Scopes;
import okhttp3.HttpUrl;

/** The addresses of one repository (distribution spec, "Endpoints"), with the scopes for reading and changing it. */
record Routes(RegistryConnection connection, String repository) {
    /** As users write it: {@code ghcr.io/acme/app}. */
    String name() {
        return connection.host().name() + "/" + repository;
    }

    HttpUrl manifest(String reference) {
        return path("manifests").addPathSegment(reference).build();
    }

    HttpUrl blob(Digest digest) {
        return path("blobs").addPathSegment(digest.toString()).build();
    }

    HttpUrl.Builder uploads() {
        return path("blobs").addPathSegment("uploads").addPathSegment("");
    }

    HttpUrl.Builder tags() {
        return path("tags").addPathSegment("list");
    }

    HttpUrl.Builder referrers(Digest subject) {
        return path("referrers").addPathSegment(subject.toString());
    }

    Scopes pull() {
        return Scopes.pull(repository);
    }

    Scopes push() {
        return Scopes.push(repository);
    }

    Scopes delete() {
        return Scopes.delete(repository);
    }

    private HttpUrl.Builder path(String kind) {
        return connection
                .host()
                .url()
                .newBuilder()
                .addPathSegment("v2")
                .addPathSegments(repository)
                .addPathSegment(kind);
    }
}
