package io.sandboximage.layout;

import io.sandboximage.ImageSource;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifyingInputStream;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.ContentDestination;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes an OCI layout into a new tar archive. Since sizes are known before the first blob comes, every blob has its place in the
 * order of digests, and the bytes do not depend on which blob is copied first.
 */
final class OciArchiveDestination implements ContentDestination {
    private final Path target;
    private final String name;
    private final Optional<String> tag;
    private final Map<Digest, Long> offsets = new HashMap<>();
    private @Nullable ArchiveWriter open;

    OciArchiveDestination(Path target, String name, Optional<String> tag) {
        this.target = target;
        this.name = name;
        this.tag = tag;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void prepare(List<Descriptor> blobs, List<Descriptor> manifests) {
        ArchiveWriter writer = new ArchiveWriter(target);
        open = writer;
        TreeMap<Digest, Descriptor> all = new TreeMap<>();
        blobs.forEach(b -> all.put(b.digest(), b));
        manifests.forEach(m -> all.put(m.digest(), m));
        writer.directory("blobs");
        String algorithm = "";
        for (Descriptor blob : all.values()) {
            Digest digest = blob.digest();
            String directory = "blobs/" + digest.algorithm().prefix();
            if (!directory.equals(algorithm)) {
                writer.directory(directory);
                algorithm = directory;
            }
            offsets.put(digest, writer.reserve(directory + "/" + digest.hex(), blob.sizeBytes()));
        }
    }

    @Override
    public boolean hasBlob(Descriptor blob) {
        return false;
    }

    @Override
    public void putBlob(Descriptor blob, ImageSource from, ProgressTask progress) {
        try (InputStream in = VerifyingInputStream.of(from.openBlob(blob), blob, from.name())) {
            writer().fill(offset(blob), in, from.name(), progress::advance);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not read the blob " + blob.digest() + " from " + from.name() + ": " + AtomicFile.reason(e),
                    e);
        }
    }

    @Override
    public boolean hasManifest(Descriptor manifest) {
        return false;
    }

    @Override
    public void putManifest(Descriptor manifest, byte[] bytes) {
        writer().write(offset(manifest), bytes);
    }

    @Override
    public void commit(Descriptor root, byte[] bytes) {
        putManifest(root, bytes);
        Descriptor bare = Descriptor.of(root.mediaType(), root.digest(), root.sizeBytes());
        Descriptor entry =
                tag.map(t -> bare.withAnnotations(Map.of(LayoutIndex.TAG, t))).orElse(bare);
        writer().file(
                        LayoutFiles.INDEX_FILE,
                        ImageIndex.create(List.of(entry), Map.of()).bytes());
        writer().file(LayoutFiles.LAYOUT_FILE, LayoutDestination.LAYOUT_VERSION);
        writer().commit();
    }

    @Override
    public boolean isNamed(Descriptor root) {
        if (!Files.exists(target)) {
            return false;
        }
        try (ImageSource present =
                tag.map(t -> OciArchive.source(target, t)).orElseGet(() -> OciArchive.source(target))) {
            return present.descriptor().digest().equals(root.digest());
        } catch (SandboxImageException e) {
            return false; // Something else lies there, which the write will replace or complain of.
        }
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }

    private ArchiveWriter writer() {
        if (open == null) {
            throw new IllegalStateException("prepare() was not called");
        }
        return open;
    }

    private long offset(Descriptor blob) {
        Long offset = offsets.get(blob.digest());
        if (offset == null) {
            throw new IllegalStateException("prepare() was not told of " + blob.digest());
        }
        return offset;
    }
}
