package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.util.List;
import java.util.function.Supplier;

/** The image to load: of an index, the one for the engine's platform. */
record Candidate(ImageSource source, Image image, List<Layer> layers) {
    /** @param platform asked only where there is a choice */
    static Candidate of(ImageSource source, Supplier<Platform> platform) {
        Image image = MediaTypes.isIndex(source.descriptor().mediaType())
                ? source.image(platform.get())
                : source.image(source.descriptor());
        List<Layer> layers = image.layers();
        for (Layer layer : layers) {
            if (!MediaTypes.isLayer(layer.descriptor().mediaType())) {
                throw new InvalidContentException(
                        source.name() + " is no image that containers can run: it has a layer of" + " the type "
                                + layer.descriptor().mediaType());
            }
        }
        return new Candidate(source, image, layers);
    }

    /** The ID that the image has in a store. */
    Digest id(ImageStoreKind store) {
        return store == ImageStoreKind.CLASSIC
                ? configDigest()
                : image.descriptor().digest();
    }

    /** Whether this is its ID in any kind of store; digests of configs and of manifests cannot be mistaken for each other. */
    boolean hasId(Digest id) {
        return id.equals(configDigest()) || id.equals(image.descriptor().digest());
    }

    private Digest configDigest() {
        return image.manifest().config().digest();
    }
}
