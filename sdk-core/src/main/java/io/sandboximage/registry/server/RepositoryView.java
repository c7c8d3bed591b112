package io.sandboximage.registry.server;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** What can be read from one repository. Thread-safe. */
interface RepositoryView {
    /** In no order. */
    List<String> tags();

    Optional<Digest> resolve(String tag);

    Optional<StoredManifest> manifest(Digest digest);

    Optional<Blob> blob(Digest digest);

    /** Manifests of this repository whose subject is {@code subject}, described as the referrers API wants it. */
    List<Descriptor> referrers(Digest subject);

    /** The exact bytes of a manifest or index. */
    record StoredManifest(Digest digest, String mediaType, byte[] bytes) {}

    /** A blob that can be opened at any place. */
    interface Blob {
        long size();

        InputStream open(long offset) throws IOException;
    }
}
