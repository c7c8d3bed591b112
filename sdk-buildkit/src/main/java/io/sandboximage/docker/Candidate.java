package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The image to load: of an index, the one for the engine's platform. */
record Candidate(ImageSource source, Image image) {
    /** @param platform asked only where there is a choice */
    static Candidate of(ImageSource source, Supplier<Platform> platform) {
        Image image = MediaTypes.isIndex(source.descriptor().mediaType())
                ? source.image(platform.get())
                : source.image(source.descriptor());
        for (Descriptor layer : image.manifest().layers()) {
            if (!MediaTypes.isLayer(layer.mediaType())) {
                throw new InvalidContentException(source.name()
                        + " is no image that containers can run: it has a layer of the type " + layer.mediaType());
            }
        }
        return new Candidate(source, image);
    }

    /** Needs the config, which an image that the engine has already is never asked for. */
    List<Layer> layers() {
        return image.layers();
    }

    /** Of the layers as they are stored. */
    Set<Digest> layerDigests() {
        return layers().stream().map(layer -> layer.descriptor().digest()).collect(Collectors.toSet());
    }

    int layerCount() {
        return image.manifest().layers().size();
    }

    boolean hasZstd() {
        return image.manifest().layers().stream()
                .anyMatch(layer -> layer.mediaType().endsWith("zstd"));
    }

    /** The ID that the image has in a store. */
    Digest id(ImageStoreKind store) {
        return store == ImageStoreKind.CLASSIC
                ? configDigest()
                : image.descriptor().digest();
    }

    private Digest configDigest() {
        return image.manifest().config().digest();
    }
}
