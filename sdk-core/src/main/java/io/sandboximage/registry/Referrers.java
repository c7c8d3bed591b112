package io.sandboximage.registry;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.http.HttpFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.HttpUrl;

/**
 * Manifests that name another one as their subject (distribution spec, "Listing Referrers"), with the fallback for registries
 * without that API: an index under a tag made of the subject's digest.
 */
final class Referrers {
    private static final int MAX_ALGORITHM = 32;
    private static final int MAX_ENCODED = 64;

    private final Routes routes;
    private final Manifests manifests;
    /** Two updates of a fallback tag from here must not undo each other. */
    private final ReentrantLock updating = new ReentrantLock();

    Referrers(Routes routes, Manifests manifests) {
        this.routes = routes;
        this.manifests = manifests;
    }

    List<Descriptor> list(Digest subject, Optional<String> artifactType) {
        String what = "list the referrers of " + routes.name() + "@" + subject;
        HttpUrl.Builder url = routes.referrers(subject);
        artifactType.ifPresent(type -> url.addQueryParameter("artifactType", type));
        List<Descriptor> found = new ArrayList<>();
        boolean[] supported = {true};
        new PagedList(routes.connection(), routes.pull(), what).forEach(url.build(), reply -> {
            if (reply.status() == 404 || reply.status() == 405 || reply.status() == 501) {
                supported[0] = false;
            } else if (!reply.successful()) {
                throw HttpFailures.of(reply, what);
            } else {
                found.addAll(
                        ImageIndex.parse(reply.body(), MediaTypes.OCI_INDEX).manifests());
            }
        });
        List<Descriptor> all = supported[0]
                ? found
                : fallback(subject).map(ImageIndex::manifests).orElse(List.of());
        // Filtering is optional for registries.
        return all.stream()
                .filter(d -> artifactType.isEmpty() || d.artifactType().equals(artifactType))
                .toList();
    }

    /** Adds a manifest that was pushed to the fallback tag of its subject, if it has one. */
    void register(Descriptor pushed, byte[] bytes) {
        Optional<Referrer> referrer = Referrer.of(pushed, bytes);
        if (referrer.isEmpty()) {
            return;
        }
        Digest subject = referrer.get().subject();
        updating.lock();
        try {
            Optional<ImageIndex> known = fallback(subject);
            List<Descriptor> entries =
                    new ArrayList<>(known.map(ImageIndex::manifests).orElse(List.of()));
            if (entries.stream().anyMatch(d -> d.digest().equals(pushed.digest()))) {
                return;
            }
            entries.add(referrer.get().descriptor());
            Map<String, String> annotations = known.map(ImageIndex::annotations).orElse(Map.of());
            ImageIndex updated = ImageIndex.create(entries, annotations);
            manifests.put(tag(subject), updated.mediaType(), updated.bytes());
        } finally {
            updating.unlock();
        }
    }

    /** The tag of the referrers tag schema. */
    static String tag(Digest subject) {
        String algorithm = subject.algorithm().prefix();
        return algorithm.substring(0, Math.min(algorithm.length(), MAX_ALGORITHM))
                + "-"
                + subject.hex().substring(0, Math.min(subject.hex().length(), MAX_ENCODED));
    }

    private Optional<ImageIndex> fallback(Digest subject) {
        try {
            ManifestContent content = manifests.get(tag(subject));
            return Optional.of(
                    ImageIndex.parse(content.bytes(), content.descriptor().mediaType()));
        } catch (NotFoundException none) {
            return Optional.empty();
        }
    }

    /** A manifest seen as a referrer. */
    private record Referrer(Digest subject, Descriptor descriptor) {
        static Optional<Referrer> of(Descriptor pushed, byte[] bytes) {
            if (MediaTypes.isIndex(pushed.mediaType())) {
                ImageIndex index = ImageIndex.parse(bytes, pushed.mediaType());
                return index.subject()
                        .map(subject -> new Referrer(
                                subject.digest(), described(pushed, index.artifactType(), index.annotations())));
            }
            if (!MediaTypes.isManifest(pushed.mediaType())) {
                return Optional.empty();
            }
            Manifest manifest = Manifest.parse(bytes, pushed.mediaType());
            // An artifact without a type of its own goes by its config's.
            Optional<String> type = manifest.artifactType()
                    .or(() -> Optional.of(manifest.config().mediaType()));
            return manifest.subject()
                    .map(subject -> new Referrer(subject.digest(), described(pushed, type, manifest.annotations())));
        }

        private static Descriptor described(
                Descriptor pushed, Optional<String> artifactType, Map<String, String> annotations) {
            return new Descriptor(
                    pushed.mediaType(),
                    pushed.digest(),
                    pushed.sizeBytes(),
                    Optional.empty(),
                    annotations,
                    List.of(),
                    artifactType);
        }
    }
}
