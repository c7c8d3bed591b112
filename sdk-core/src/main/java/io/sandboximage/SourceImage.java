package io.sandboximage;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ChainId;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Layer;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The image that a manifest in a source describes; manifest and config are read once, on first use. */
final class SourceImage implements Image {
    private static final int MAX_INDEX_DEPTH = 4;

    private final ImageSource source;
    private final Descriptor descriptor;
    private volatile @Nullable Manifest manifest;
    private volatile @Nullable ImageConfig config;

    SourceImage(ImageSource source, Descriptor descriptor) {
        this.source = source;
        this.descriptor = descriptor;
    }

    static Image select(ImageSource source, Platform platform) {
        Descriptor descriptor = source.descriptor();
        for (int depth = 0; MediaTypes.isIndex(descriptor.mediaType()); depth++) {
            if (depth == MAX_INDEX_DEPTH) {
                throw new InvalidContentException(
                        source.name() + " nests indexes more than " + MAX_INDEX_DEPTH + " deep");
            }
            ImageIndex index = ImageIndex.parse(source.manifest(descriptor), descriptor.mediaType());
            try {
                descriptor = index.select(platform);
            } catch (NotFoundException e) {
                throw new NotFoundException(source.name() + ": " + e.getMessage(), e);
            }
        }
        SourceImage image = new SourceImage(source, descriptor);
        Platform actual = image.config().platform();
        if (!actual.os().equals("unknown") && !platform.accepts(actual)) {
            throw new NotFoundException(
                    source.name() + " has no image for " + platform + "; its only platform is " + actual);
        }
        return image;
    }

    @Override
    public Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public Manifest manifest() {
        Manifest known = manifest;
        if (known == null) {
            known = Manifest.parse(source.manifest(descriptor), descriptor.mediaType());
            manifest = known;
        }
        return known;
    }

    @Override
    public ImageConfig config() {
        ImageConfig known = config;
        if (known == null) {
            Descriptor named = manifest().config();
            if (named.sizeBytes() > ImageConfig.MAX_BYTES) {
                throw new InvalidContentException("The config " + named.digest() + " of " + source.name() + " has "
                        + named.sizeBytes() + " bytes, more than the " + ImageConfig.MAX_BYTES + " accepted");
            }
            try (InputStream in = source.openBlob(named)) {
                known = ImageConfig.parse(in.readNBytes(ImageConfig.MAX_BYTES + 1));
            } catch (IOException e) {
                throw new io.sandboximage.error.UnavailableException(
                        "Could not read the config " + named.digest() + " of " + source.name() + ": " + e.getMessage(),
                        e);
            }
            config = known;
        }
        return known;
    }

    @Override
    public List<Layer> layers() {
        List<Descriptor> descriptors = manifest().layers();
        List<Digest> diffIds = config().diffIds();
        if (descriptors.size() != diffIds.size()) {
            throw new InvalidContentException("The image " + descriptor.digest() + " of " + source.name() + " has "
                    + descriptors.size() + " layers in its manifest but " + diffIds.size() + " in its config");
        }
        List<Digest> chainIds = ChainId.of(diffIds);
        List<Layer> layers = new ArrayList<>(descriptors.size());
        for (int i = 0; i < descriptors.size(); i++) {
            layers.add(new SourceLayer(source, descriptors.get(i), diffIds.get(i), chainIds.get(i)));
        }
        return layers;
    }

    private record SourceLayer(ImageSource source, Descriptor descriptor, Digest diffId, Digest chainId)
            implements Layer {
        @Override
        public InputStream openCompressed() {
            return source.openBlob(descriptor);
        }
    }
}
