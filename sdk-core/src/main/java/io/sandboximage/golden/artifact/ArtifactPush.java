package io.sandboximage.golden.artifact;

import com.github.luben.zstd.ZstdOutputStream;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.registry.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Sends the parts of one data root: what the registry has is not sent, and what was packed before is not packed again. */
final class ArtifactPush {
    /** Packing is bound by the processor, sending by the network: two at a time keep both busy. */
    private static final int AT_A_TIME = 2;

    private static final int ZSTD_LEVEL = 3;

    private final Path root;
    private final Blobs blobs;
    private final PackedIndex index;
    private final Path spool;
    private final ProgressTask progress;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger present = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    ArtifactPush(Path root, Blobs blobs, PackedIndex index, Path spool, ProgressTask progress) {
        this.root = root;
        this.blobs = blobs;
        this.index = index;
        this.spool = spool;
        this.progress = progress;
    }

    int sent() {
        return sent.get();
    }

    int present() {
        return present.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** The descriptors of all parts, in the manifest's order. */
    List<Descriptor> run() {
        List<DataRootPart> parts = DataRootLayout.parts(root);
        List<Descriptor> described = new ArrayList<>();
        try (Workers workers = new Workers(AT_A_TIME, "pushing a golden cache")) {
            List<Future<Descriptor>> running = parts.stream()
                    .map(part -> workers.submit(() -> GoldenArtifact.describe(
                            part, part.kind() == DataRootPart.Kind.TREE ? tree(part) : file(part))))
                    .toList();
            described.add(rest(parts));
            running.forEach(future -> described.add(workers.await(future)));
        }
        return described;
    }

    private Descriptor rest(List<DataRootPart> parts) {
        DataRootPart rest = new DataRootPart(DataRootPart.Kind.REST, ".", Optional.empty());
        List<String> others = parts.stream().map(DataRootPart::path).toList();
        return GoldenArtifact.describe(rest, packed(root, "metadata", others));
    }

    private Descriptor tree(DataRootPart part) {
        Path tree = root.resolve(part.path());
        Digest fingerprint = TreeFingerprint.of(tree);
        Optional<Descriptor> known = index.find(fingerprint);
        if (known.isPresent() && blobs.exists(known.get().digest())) {
            present.incrementAndGet();
            progress.child(part.path(), ProgressUnit.BYTES, known.get().sizeBytes())
                    .cached("there already");
            return known.get();
        }
        Descriptor blob = packed(tree, part.path(), List.of());
        index.put(fingerprint, blob);
        return blob;
    }

    private Descriptor packed(Path tree, String label, List<String> excluded) {
        try (AtomicFile file = AtomicFile.create(spool.resolve("part"), spool)) {
            DigestingOutputStream hashed = new DigestingOutputStream(file.stream());
            try (OutputStream zstd = new ZstdOutputStream(hashed, ZSTD_LEVEL)) {
                TreeArchive.pack(tree, excluded, zstd);
            }
            return send(Descriptor.of(GoldenArtifact.TREE, hashed.digest(), hashed.count()), label, file.temporary());
        } catch (IOException e) {
            throw new StorageException(
                    "Could not pack " + tree + " in " + spool + ": " + AtomicFile.reason(e)
                            + ". Check the free space there",
                    e);
        }
    }

    private Descriptor file(DataRootPart part) {
        Path file = root.resolve(part.path());
        try {
            long size = Files.size(file);
            Digest digest =
                    DataRootLayout.namedByDigest(part) ? Digest.parse("sha256:" + file.getFileName()) : digest(file);
            return send(Descriptor.of(GoldenArtifact.FILE, digest, size), part.path(), file);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private Descriptor send(Descriptor blob, String label, Path file) {
        try (ProgressTask task = progress.child(label, ProgressUnit.BYTES, blob.sizeBytes())) {
            if (blobs.exists(blob.digest())) {
                present.incrementAndGet();
                task.cached("there already");
                return blob;
            }
            blobs.upload(blob, () -> open(file), task);
            sent.incrementAndGet();
            bytes.addAndGet(blob.sizeBytes());
            task.done();
            return blob;
        }
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new StorageException("Could not open " + file + " to upload it: " + AtomicFile.reason(e), e);
        }
    }

    private static Digest digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestingOutputStream hash = new DigestingOutputStream(OutputStream.nullOutputStream())) {
            in.transferTo(hash);
            return hash.digest();
        }
    }
}
