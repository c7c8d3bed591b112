package io.sandboximage;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Platform;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A place that holds one image, or an index of images, as content-addressed blobs: a repository in a registry, an OCI layout, an
 * archive, an engine's store. Implementations are thread-safe and lazy; only the first four methods are required.
 */
public interface ImageSource extends AutoCloseable {
    /** The place as users write it, for instance {@code oci:build/image:v1}; never holds secrets. */
    String name();

    /**
     * Resolves the root: a manifest or an index. The answer stays the same for the life of this object, also when a tag moves
     * meanwhile.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such image
     */
    Descriptor descriptor();

    /**
     * The exact bytes of the manifest or index, verified against the descriptor's digest and size.
     *
     * @throws io.sandboximage.error.IntegrityException if they do not match
     */
    byte[] manifest(Descriptor descriptor);

    /**
     * Opens a blob as stored. The bytes are verified while they stream: on a wrong digest or size the read that reaches the end
     * throws {@link io.sandboximage.error.IntegrityException}. A connection that breaks is resumed inside. The caller closes it.
     *
     * @throws io.sandboximage.error.NotFoundException if the blob is not there
     */
    InputStream openBlob(Descriptor descriptor);

    /** Where the blob lies as a plain local file whose bytes are the blob's, if it does; lets readers skip a copy. */
    default Optional<Path> localBlob(Descriptor descriptor) {
        return Optional.empty();
    }

    /** Manifests that name {@code subject} as theirs: signatures, SBOMs, attestations. */
    default List<Descriptor> referrers(Digest subject) {
        return List.of();
    }

    /**
     * The image for a platform. An index is searched for the best match; a single manifest is taken if its config's platform
     * fits.
     *
     * @throws io.sandboximage.error.NotFoundException if there is none for {@code platform}; the message lists what there is
     */
    default Image image(Platform platform) {
        return SourceImage.select(this, platform);
    }

    /** The image of the manifest that {@code manifest} names, whatever its platform. */
    default Image image(Descriptor manifest) {
        return new SourceImage(this, manifest);
    }

    /**
     * The place that the content comes from, where this only hands it on; itself otherwise. Whoever can take a shortcut from some
     * places, as registries can between their own repositories, asks here what kind of place it is.
     */
    default ImageSource origin() {
        return this;
    }

    /** Releases connections and files. Streams that are still open stay usable. */
    @Override
    default void close() {}
}
