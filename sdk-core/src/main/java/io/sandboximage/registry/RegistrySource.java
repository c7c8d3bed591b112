package io.sandboximage.registry;

import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An image in a registry. A tag is resolved once, at the first use: whatever happens to it later, all that is read belongs to one
 * and the same image. Thread-safe; the client that made it must stay open.
 */
public final class RegistrySource implements ImageSource {
    private final ImageReference reference;
    private final Repository repository;
    private final ReentrantLock resolving = new ReentrantLock();
    private volatile @Nullable ManifestContent root;

    RegistrySource(ImageReference reference, Repository repository) {
        this.reference = reference;
        this.repository = repository;
    }

    @Override
    public String name() {
        return reference.toString();
    }

    public ImageReference reference() {
        return reference;
    }

    @Override
    public Descriptor descriptor() {
        return root().descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        ManifestContent known = root;
        if (known != null && known.descriptor().digest().equals(descriptor.digest())) {
            return known.bytes();
        }
        byte[] bytes =
                repository.manifests().get(descriptor.digest().toString()).bytes();
        if (bytes.length != descriptor.sizeBytes()) {
            throw new IntegrityException("The manifest " + descriptor.digest() + " of "
                    + repository.name() + " has " + bytes.length + " bytes, but it is referred to with "
                    + descriptor.sizeBytes() + ". The index that names it is wrong");
        }
        return bytes;
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return repository.blobs().open(descriptor);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return repository.referrers(subject);
    }

    Repository repository() {
        return repository;
    }

    private ManifestContent root() {
        ManifestContent known = root;
        if (known != null) {
            return known;
        }
        resolving.lock();
        try {
            known = root;
            if (known == null) {
                known = repository.manifests().get(reference.manifestKey());
                root = known;
            }
            return known;
        } finally {
            resolving.unlock();
        }
    }
}
