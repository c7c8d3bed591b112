package io.sandboximage.golden.artifact;

import com.github.luben.zstd.ZstdInputStream;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.internal.io.VerifyingInputStream;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.store.BlobCache;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a data root into what an artifact says. Trees that the root has already, under whatever name, are moved to their place;
 * what other projects of the host have is taken from there; all else is removed and comes from the artifact:
 *
 * <ol>
 *   <li>fetch the blobs of all parts that lack, verified;
 *   <li>set aside the trees that are kept, and empty the root;
 *   <li>unpack the rest, then the parts.
 * </ol>
 *
 * So nothing is changed before everything is on this host.
 */
final class ArtifactPull {
    private static final int AT_A_TIME = 3;
    private static final String ASIDE = ".golden-pull";

    private final Path root;
    private final BlobDownload download;
    private final BlobCache cache;
    private final PackedIndex index;
    private final HostLayers host;
    private final ProgressTask progress;
    private final AtomicInteger cached = new AtomicInteger();
    private final AtomicInteger fetched = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private int kept;

    ArtifactPull(
            Path root,
            BlobDownload download,
            BlobCache cache,
            PackedIndex index,
            HostLayers host,
            ProgressTask progress) {
        this.root = root;
        this.download = download;
        this.cache = cache;
        this.index = index;
        this.host = host;
        this.progress = progress;
    }

    int kept() {
        return kept;
    }

    int cached() {
        return cached.get();
    }

    int fetched() {
        return fetched.get();
    }

    long bytes() {
        return bytes.get();
    }

    void run(List<Descriptor> parts) {
        Map<Digest, Path> present = present(parts);
        Map<Digest, Path> elsewhere = elsewhere(parts, present.keySet());
        kept = present.size() + elsewhere.size();
        fetch(parts.stream()
                .filter(p -> !present.containsKey(p.digest()) && !elsewhere.containsKey(p.digest()))
                .toList());
        try {
            Map<Digest, Path> aside = setAside(present);
            // The rest comes first: it makes the directories that the others lie in.
            parts.stream().filter(ArtifactPull::isRest).forEach(this::rest);
            try (Workers workers = new Workers(AT_A_TIME, "unpacking a golden cache")) {
                Map<Digest, List<Descriptor>> byDigest = new HashMap<>();
                parts.stream().filter(part -> !isRest(part)).forEach(part -> byDigest.computeIfAbsent(
                                part.digest(), d -> new ArrayList<>())
                        .add(part));
                workers.run(byDigest.entrySet().stream()
                        .map(same -> (Runnable)
                                () -> place(same.getValue(), aside.get(same.getKey()), elsewhere.get(same.getKey())))
                        .toList());
            }
            FileTrees.delete(root.resolve(ASIDE));
        } catch (IOException e) {
            throw AtomicFile.failed(root, e);
        }
    }

    /** Trees of the root that the artifact has too: packed into the same blob, or files of the same image layer. */
    private Map<Digest, Path> present(List<Descriptor> parts) {
        Map<Digest, Integer> wanted = new HashMap<>();
        Map<String, Digest> layers = new HashMap<>();
        for (Descriptor blob : parts) {
            wanted.merge(blob.digest(), 1, Integer::sum);
            key(blob).ifPresent(key -> layers.put(key, blob.digest()));
        }
        Map<Digest, Path> present = new HashMap<>();
        for (DataRootPart part : DataRootLayout.parts(root)) {
            if (part.kind() == DataRootPart.Kind.TREE) {
                Path tree = root.resolve(part.path());
                DataRootLayout.key(part)
                        .flatMap(key -> Optional.ofNullable(layers.get(key)))
                        .or(() -> index.find(TreeFingerprint.of(tree)).map(Descriptor::digest))
                        // One that stands at several places is cheaper unpacked than told apart; such are empty.
                        .filter(digest -> wanted.getOrDefault(digest, 0) == 1)
                        .ifPresent(digest -> present.putIfAbsent(digest, tree));
            }
        }
        return present;
    }

    /** What other projects of this host have. An image's layer is known by its chain ID, a blob by its digest. */
    private Map<Digest, Path> elsewhere(List<Descriptor> parts, Set<Digest> present) {
        Map<Digest, Path> found = new HashMap<>();
        for (Descriptor blob : parts) {
            if (!present.contains(blob.digest()) && cache.find(blob).isEmpty()) {
                key(blob).flatMap(host::find).ifPresent(path -> found.put(blob.digest(), path));
            }
        }
        return found;
    }

    private static Optional<String> key(Descriptor blob) {
        return isRest(blob) ? Optional.empty() : DataRootLayout.key(GoldenArtifact.part(blob));
    }

    private void fetch(List<Descriptor> missing) {
        try (Workers workers = new Workers(AT_A_TIME, "fetching a golden cache")) {
            workers.run(missing.stream()
                    .collect(java.util.stream.Collectors.toMap(Descriptor::digest, d -> d, (a, b) -> a))
                    .values()
                    .stream()
                    .map(blob -> (Runnable) () -> fetch(blob))
                    .toList());
        }
    }

    private void fetch(Descriptor blob) {
        try (ProgressTask task =
                progress.child("fetch " + blob.digest().shortHex(), ProgressUnit.BYTES, blob.sizeBytes())) {
            if (cache.find(blob).isPresent()) {
                cached.incrementAndGet();
                task.cached("on this host already");
                return;
            }
            bytes.addAndGet(download.fetch(blob, task));
            fetched.incrementAndGet();
            task.done();
        }
    }

    private Map<Digest, Path> setAside(Map<Digest, Path> present) throws IOException {
        Path aside = root.resolve(ASIDE);
        FileTrees.delete(aside);
        Files.createDirectory(aside);
        Map<Digest, Path> moved = new HashMap<>();
        for (Map.Entry<Digest, Path> tree : present.entrySet()) {
            moved.put(
                    tree.getKey(),
                    Files.move(tree.getValue(), aside.resolve(tree.getKey().hex()), StandardCopyOption.ATOMIC_MOVE));
        }
        try (Stream<Path> entries = Files.list(root)) {
            for (Path entry : entries.filter(e -> !e.equals(aside)).toList()) {
                FileTrees.delete(entry);
            }
        }
        return moved;
    }

    private void rest(Descriptor blob) {
        unpack(blob, root);
    }

    private void place(List<Descriptor> parts, @Nullable Path aside, @Nullable Path elsewhere) {
        for (Descriptor blob : parts) {
            DataRootPart part = GoldenArtifact.part(blob);
            Path target = target(part);
            try {
                if (aside != null) {
                    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
                } else if (elsewhere != null) {
                    copy(elsewhere, blob, target);
                } else if (part.kind() == DataRootPart.Kind.TREE) {
                    Files.createDirectories(target);
                    unpack(blob, target);
                    index.put(
                            TreeFingerprint.of(target),
                            Descriptor.of(GoldenArtifact.TREE, blob.digest(), blob.sizeBytes()));
                } else {
                    Files.copy(blobFile(blob), target);
                }
            } catch (IOException e) {
                throw AtomicFile.failed(target, e);
            }
        }
    }

    private static void copy(Path elsewhere, Descriptor blob, Path target) throws IOException {
        if (Files.isSymbolicLink(elsewhere)) {
            // In the layer farm: the layer stays as long as a link to it.
            Files.createSymbolicLink(/* link= */ target, /* target= */ Files.readSymbolicLink(elsewhere));
        } else if (Files.isDirectory(elsewhere)) {
            TreeArchive.copy(elsewhere, Files.createDirectories(target));
        } else {
            try (InputStream in =
                    new VerifyingInputStream(Files.newInputStream(elsewhere), blob, elsewhere.toString())) {
                Files.copy(in, target);
            }
        }
    }

    /** Where a part goes; what the rest unpacked must not lead it elsewhere. */
    private Path target(DataRootPart part) {
        Path target = root.resolve(part.path());
        Path relative = Path.of(part.path());
        for (int names = 1; names <= relative.getNameCount(); names++) {
            if (Files.isSymbolicLink(root.resolve(relative.subpath(0, names)))) {
                throw new InvalidContentException(
                        "The part " + part.path() + " of the golden cache leads out of " + root + " by a link");
            }
        }
        try {
            Files.createDirectories(target.resolveSibling(".").normalize());
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
        return target;
    }

    private void unpack(Descriptor blob, Path directory) {
        try (ProgressTask task = progress.child("unpack " + blob.digest().shortHex());
                InputStream in = new ZstdInputStream(new BufferedInputStream(Files.newInputStream(blobFile(blob))))) {
            TreeArchive.unpack(in, directory);
            task.done();
        } catch (IOException e) {
            throw new StorageException("Could not unpack the blob " + blob.digest() + ": " + AtomicFile.reason(e), e);
        }
    }

    private Path blobFile(Descriptor blob) {
        Optional<Path> file = cache.find(blob);
        if (file.isEmpty()) {
            // Another process trimmed the cache meanwhile.
            bytes.addAndGet(download.fetch(blob, progress));
            file = cache.find(blob);
        }
        return file.orElseThrow(() -> new StorageException("The blob " + blob.digest() + " vanished from "
                + cache.directory() + " before it was unpacked. Give the cache more room"));
    }

    private static boolean isRest(Descriptor blob) {
        return blob.mediaType().equals(GoldenArtifact.REST);
    }
}
