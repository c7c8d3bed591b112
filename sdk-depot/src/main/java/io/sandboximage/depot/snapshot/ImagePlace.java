package io.sandboximage.depot.snapshot;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistrySource;
import io.sandboximage.store.OwnedSource;
import java.util.Locale;
import java.util.Optional;

/**
 * An image, and where the sandbox gets it from.
 *
 * @param named what users call it
 * @param pinned its reference in a registry, by digest; empty where it is in none
 */
record ImagePlace(ImageSource source, Digest digest, String named, Optional<ImageReference> pinned) {
    private static final String SUFFIX = ".ext4";

    static ImagePlace of(ImageSource source, Digest digest) {
        ImageSource inner = source.origin();
        while (inner instanceof OwnedSource owned) {
            inner = owned.image();
        }
        Optional<ImageReference> reference =
                inner instanceof RegistrySource registry ? Optional.of(registry.reference()) : Optional.empty();
        return new ImagePlace(
                source,
                digest,
                reference.map(ImageReference::toString).orElseGet(source::name),
                reference.map(r -> r.withDigest(digest)));
    }

    /** The file's name where none is given: the last part of the reference, with {@code -} for what separates tag and digest. */
    String fileName() {
        String last = named.substring(named.lastIndexOf('/') + 1).replaceAll("[:@]", "-");
        String name = last.replaceAll("[^A-Za-z0-9._-]", "-");
        return (name.isEmpty() ? "snapshot" : name) + SUFFIX;
    }

    /** The name of a snapshot where none is given. */
    String snapshotName() {
        String name = fileName();
        return name.substring(0, name.length() - SUFFIX.length()).toLowerCase(Locale.ROOT);
    }
}
