package io.sandboximage.layout;

import io.sandboximage.ImageSource;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Writes into an OCI layout directory. Blobs may be shared with other images of the layout and with writers at work; only
 * {@code index.json} is changed, under a lock and by one rename, at the very end.
 */
final class LayoutDestination implements ContentDestination {
    static final byte[] LAYOUT_VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8);
    private static final String LOCK_FILE = ".index.lock";

    private final DirectoryFiles files;
    private final String name;
    private final Optional<String> tag;
    private final ConcurrentLinkedQueue<Descriptor> referrers = new ConcurrentLinkedQueue<>();

    LayoutDestination(Path directory, String name, Optional<String> tag) {
        this.files = new DirectoryFiles(directory);
        this.name = name;
        this.tag = tag;
        blobs().removeLeftovers();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        return files.has(blob);
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        try (InputStream in = from.openBlob(blob)) {
            blobs().write(blob, in, from.name(), progress::advance);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not read the blob " + blob.digest() + " from " + from.name() + ": " + AtomicFile.reason(e),
                    e);
        }
    }

    /** Looks at every file below the manifest too: nobody but us keeps a directory whole. */
    @Override
    public boolean hasManifest(Descriptor manifest) {
        if (!files.has(manifest)) {
            return false;
        }
        byte[] bytes = files.read(manifest, Manifest.MAX_BYTES);
        if (MediaTypes.isIndex(manifest.mediaType())) {
            return ImageIndex.parse(bytes, manifest.mediaType()).manifests().stream()
                    .allMatch(this::hasEntry);
        }
        Manifest image = Manifest.parse(bytes, manifest.mediaType());
        return Stream.concat(Stream.of(image.config()), image.layers().stream())
                .allMatch(d -> files.has(d) || MediaTypes.isNondistributable(d.mediaType()));
    }

    private boolean hasEntry(Descriptor entry) {
        boolean document = MediaTypes.isIndex(entry.mediaType()) || MediaTypes.isManifest(entry.mediaType());
        return document ? hasManifest(entry) : files.has(entry);
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        blobs().write(manifest, bytes);
        Optional<Descriptor> subject = MediaTypes.isIndex(manifest.mediaType())
                ? ImageIndex.parse(bytes, manifest.mediaType()).subject()
                : Manifest.parse(bytes, manifest.mediaType()).subject();
        if (subject.isPresent()) {
            referrers.add(manifest);
        }
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        if (!files.has(root)) {
            blobs().write(root, bytes);
        }
        InterprocessLock lock = InterprocessLock.acquire(files.directory().resolve(LOCK_FILE));
        try {
            updateIndex(root);
        } finally {
            lock.close();
        }
    }

    private void updateIndex(Descriptor root) {
        Path layout = files.directory().resolve(LayoutFiles.LAYOUT_FILE);
        if (!Files.exists(layout)) {
            AtomicFile.write(layout, LAYOUT_VERSION);
        }
        Path file = files.directory().resolve(LayoutFiles.INDEX_FILE);
        boolean exists = Files.exists(file);
        LayoutIndex old = exists ? new LayoutIndex(files, name) : null;
        ImageIndex before = old == null ? ImageIndex.create(List.of(), Map.of()) : old.index();
        Descriptor entry = named(root);
        ImageIndex after = before.retain(e -> e.equals(entry) || old == null || !replaced(e, old));
        after = with(after, entry);
        for (Descriptor referrer : referrers) {
            after = with(after, referrer);
        }
        if (!exists || !after.descriptor().equals(before.descriptor())) {
            AtomicFile.write(file, after.bytes());
        }
    }

    @Override
    public void close() {
        // Blobs without a name are harmless, and another writer may count on them already.
    }

    private boolean replaced(Descriptor entry, LayoutIndex old) {
        return tag.isPresent()
                ? tag.get().equals(entry.annotations().get(LayoutIndex.TAG))
                : !entry.annotations().containsKey(LayoutIndex.TAG) && !old.isReferrer(entry);
    }

    private Descriptor named(Descriptor root) {
        Descriptor bare = Descriptor.of(root.mediaType(), root.digest(), root.sizeBytes());
        return tag.map(t -> bare.withAnnotations(Map.of(LayoutIndex.TAG, t))).orElse(bare);
    }

    private static ImageIndex with(ImageIndex index, Descriptor entry) {
        return index.manifests().contains(entry) ? index : index.with(entry);
    }

    private BlobDirectory blobs() {
        return files.blobs();
    }
}
