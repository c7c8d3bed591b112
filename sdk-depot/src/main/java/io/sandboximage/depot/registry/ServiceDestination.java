package io.sandboximage.depot.registry;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.util.List;

/** A registry whose blobs Depot brings; what it does not bring goes there the ordinary way. */
final class ServiceDestination implements ContentDestination {
    private final ContentDestination registry;
    private final BlobCopies copies;

    ServiceDestination(ContentDestination registry, BlobCopies copies) {
        this.registry = registry;
        this.copies = copies;
    }

    @Override
    public String name() {
        return registry.name();
    }

    @Override
    public void prepare(List<Descriptor> blobs, List<Descriptor> manifests) {
        registry.prepare(blobs, manifests);
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        return registry.hasBlob(blob);
    }

    @Override
    public boolean mountBlob(Descriptor blob, ImageSource from) {
        return copies.copy(blob) || registry.mountBlob(blob, from);
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        registry.putBlob(blob, from, progress);
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return registry.hasManifest(manifest);
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        registry.putManifest(manifest, bytes);
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        registry.commit(root, bytes);
    }

    @Override
    public void close() {
        registry.close();
    }
}
