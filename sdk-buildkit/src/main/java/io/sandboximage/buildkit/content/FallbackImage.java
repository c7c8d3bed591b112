package io.sandboximage.buildkit.content;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An image whose missing blobs come from another place, which is opened when the first of them is needed. */
final class FallbackImage implements ImageSource {
    private final ImageSource first;
    private final Supplier<? extends ImageSource> otherwise;
    private final ReentrantLock opening = new ReentrantLock();
    private @Nullable ImageSource second;

    FallbackImage(ImageSource first, Supplier<? extends ImageSource> otherwise) {
        this.first = first;
        this.otherwise = otherwise;
    }

    @Override
    public String name() {
        return first.name();
    }

    @Override
    public Descriptor descriptor() {
        return first.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        try {
            return first.manifest(descriptor);
        } catch (NotFoundException e) {
            return second().manifest(descriptor);
        }
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        try {
            return first.openBlob(descriptor);
        } catch (NotFoundException e) {
            return second().openBlob(descriptor);
        }
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return first.localBlob(descriptor);
    }

    @Override
    public void close() {
        opening.lock();
        try {
            if (second != null) {
                second.close();
                second = null;
            }
            first.close();
        } finally {
            opening.unlock();
        }
    }

    private ImageSource second() {
        opening.lock();
        try {
            ImageSource known = second;
            if (known == null) {
                known = otherwise.get();
                second = known;
            }
            return known;
        } finally {
            opening.unlock();
        }
    }
}
