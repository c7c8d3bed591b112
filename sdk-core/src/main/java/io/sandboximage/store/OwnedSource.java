package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An image in a place of our own, which is given up when the image is closed.
 *
 * @param image closed first
 * @param release gives the place up
 */
public record OwnedSource(ImageSource image, Runnable release) implements ImageSource {
    @Override
    public String name() {
        return image.name();
    }

    @Override
    public Descriptor descriptor() {
        return image.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return image.manifest(descriptor);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return image.openBlob(descriptor);
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return image.localBlob(descriptor);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return image.referrers(subject);
    }

    @Override
    public ImageSource origin() {
        return image.origin();
    }

    @Override
    public void close() {
        image.close();
        release.run();
    }
}
