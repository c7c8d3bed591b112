package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An image that several branches of a run read at the same time: what they all want is read from its origin once. Blobs that are
 * local files anyway are left where they are. Closing is the spool's and the origin's matter.
 */
final class SharedSource implements ImageSource {
    private final ImageSource source;
    private final BlobSpool spool;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Digest, byte[]> documents = new HashMap<>();

    SharedSource(ImageSource source, BlobSpool spool) {
        this.source = source;
        this.spool = spool;
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public Descriptor descriptor() {
        return source.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("reading the manifests of " + name(), e);
        }
        try {
            byte[] known = documents.get(descriptor.digest());
            if (known == null) {
                known = source.manifest(descriptor);
                documents.put(descriptor.digest(), known);
            }
            return known.clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return source.localBlob(descriptor).isPresent() ? source.openBlob(descriptor) : spool.open(descriptor);
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return source.localBlob(descriptor).or(() -> spool.file(descriptor));
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return source.referrers(subject);
    }

    @Override
    public ImageSource origin() {
        return source.origin();
    }
}
