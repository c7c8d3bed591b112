package io.sandboximage.buildkit;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An image in a place of our own, which is given up when the image is closed. */
record OwnedSource(ImageSource image, Runnable release) implements ImageSource {
    /** An image in a directory that goes with it. */
    static OwnedSource in(Path directory, ImageSource image) {
        return new OwnedSource(image, () -> delete(directory));
    }

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
    public void close() {
        image.close();
        release.run();
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(AtomicFile::removeQuietly);
        } catch (IOException ignored) {
            // Temporary directories are the system's to clean in the end.
        }
    }
}
