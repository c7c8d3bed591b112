package io.sandboximage.assemble;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An assembled image: manifest and config in memory, its own layers in the cache, the others still in the base. */
final class AssembledSource implements ImageSource {
    private final Manifest manifest;
    private final byte[] config;
    private final Set<Digest> ownLayers;
    private final BlobDirectory blobs;
    private final @Nullable ImageSource base;
    private final Runnable onClose;

    AssembledSource(
            Manifest manifest,
            byte[] config,
            Set<Digest> ownLayers,
            BlobDirectory blobs,
            @Nullable ImageSource base,
            Runnable onClose) {
        this.manifest = manifest;
        this.config = config;
        this.ownLayers = Set.copyOf(ownLayers);
        this.blobs = blobs;
        this.base = base;
        this.onClose = onClose;
    }

    @Override
    public String name() {
        return "assembled image";
    }

    @Override
    public Descriptor descriptor() {
        return manifest.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        if (!descriptor.digest().equals(manifest.descriptor().digest())) {
            throw new NotFoundException("The assembled image has no manifest " + descriptor.digest());
        }
        return manifest.bytes();
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        if (descriptor.digest().equals(manifest.config().digest())) {
            return new VerifyingInputStream(new ByteArrayInputStream(config), descriptor, name());
        }
        return base == null || ownLayers.contains(descriptor.digest())
                ? blobs.open(descriptor)
                : base.openBlob(descriptor);
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return base == null || ownLayers.contains(descriptor.digest())
                ? blobs.find(descriptor)
                : base.localBlob(descriptor);
    }

    @Override
    public void close() {
        onClose.run();
    }
}
