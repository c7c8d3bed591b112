package io.sandboximage.layout;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** An image of an OCI layout, in a directory or an archive. The index is read once, on first use. */
final class LayoutSource implements ImageSource {
    private final LayoutFiles files;
    private final String name;
    private final Optional<String> tag;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable LayoutIndex index;
    private LayoutIndex.@Nullable Root root;

    LayoutSource(LayoutFiles files, String name, Optional<String> tag) {
        this.files = files;
        this.name = name;
        this.tag = tag;
    }

    /** @param root known already, so that the index is not asked for it */
    LayoutSource(LayoutFiles files, String name, Descriptor root) {
        this(files, name, Optional.empty());
        this.root = new LayoutIndex.Root(root, Optional.empty());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Descriptor descriptor() {
        return root().descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        LayoutIndex.Root known = root();
        if (known.bytes().isPresent() && known.descriptor().digest().equals(descriptor.digest())) {
            return known.bytes().get().clone();
        }
        return files.read(descriptor, Manifest.MAX_BYTES);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return files.open(descriptor);
    }

    @Override
    public Optional<Path> localBlob(Descriptor descriptor) {
        return files.local(descriptor);
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        LayoutIndex known = index();
        return known.index().manifests().stream()
                .filter(d ->
                        known.subject(d).filter(s -> s.digest().equals(subject)).isPresent())
                .toList();
    }

    @Override
    public void close() {
        files.close();
    }

    private LayoutIndex index() {
        reading.lock();
        try {
            LayoutIndex known = index;
            if (known == null) {
                known = new LayoutIndex(files, name);
                index = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }

    private LayoutIndex.Root root() {
        reading.lock();
        try {
            LayoutIndex.Root known = root;
            if (known == null) {
                known = index().resolve(tag);
                root = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }
}
