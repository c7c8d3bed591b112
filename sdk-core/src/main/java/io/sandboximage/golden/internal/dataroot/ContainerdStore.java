package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** containerd's content store and overlayfs snapshots, as Docker keeps them in {@code containerd/daemon}. */
final class ContainerdStore {
    private static final int MAX_JSON = 8_000_000;

    private final Path root;

    ContainerdStore(Path dataRoot) {
        this.root = dataRoot.resolve("containerd/daemon");
    }

    /** Blobs, by digest, and committed snapshots, by chain ID. */
    List<LayerPlace> layerPlaces() {
        List<LayerPlace> places = new ArrayList<>();
        for (Path blob : Folder.list(root.resolve("io.containerd.content.v1.content/blobs/sha256"))) {
            if (Files.isRegularFile(blob, LinkOption.NOFOLLOW_LINKS)) {
                places.add(new LayerPlace(blob, Optional.of("blob-" + blob.getFileName())));
            }
        }
        Map<String, String> chains = Snapshots.read(snapshotter().resolve("metadata.db"));
        for (Path snapshot : Folder.list(snapshotter().resolve("snapshots"))) {
            String id = snapshot.getFileName().toString();
            // Snapshots that somebody still writes are not in the list.
            if (chains.containsKey(id) && Folder.isFolder(snapshot.resolve("fs"))) {
                places.add(new LayerPlace(
                        snapshot.resolve("fs"), Optional.of(chains.get(id)).filter(chain -> !chain.isEmpty())));
            }
        }
        return places;
    }

    /** Those of all namespaces; Docker has only one. */
    List<StoredImage> images() {
        List<StoredImage> images = new ArrayList<>();
        Optional<BoltFile.Bucket> version = Folder.read(
                        root.resolve("io.containerd.metadata.v1.bolt").resolve("meta.db"))
                .map(BoltFile::new)
                .flatMap(bolt -> bolt.root().bucket("v1"));
        version.ifPresent(v -> v.buckets().values().forEach(namespace -> namespace
                .bucket("images")
                .ifPresent(all -> all.buckets().forEach((name, image) -> image.bucket("target")
                        .flatMap(target -> target.value("digest"))
                        .ifPresent(digest -> images.add(
                                new StoredImage(name, Digest.parse(new String(digest, StandardCharsets.UTF_8)))))))));
        return images;
    }

    /** Images that lack manifest, config or a layer's blob, in sentences. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Set<Digest> seen = new HashSet<>();
        for (StoredImage image : images()) {
            if (seen.add(image.id())) {
                missing(image.id()).ifPresent(what -> problems.add("Image " + image.name() + " lacks " + what));
            }
        }
        return problems;
    }

    /** What an image lacks; of an index the manifests that are here count, of which there must be one. */
    private Optional<String> missing(Digest digest) {
        Path file = blob(digest);
        Optional<byte[]> bytes = Folder.read(file);
        if (bytes.filter(digest::matches).isEmpty()) {
            return Optional.of("its manifest " + digest + ", or it was changed");
        }
        JsonView manifest = JsonView.parse(bytes.get(), MAX_JSON, "manifest " + digest);
        if (!manifest.has("manifests")) {
            return Stream.concat(manifest.object("config").stream(), manifest.objects("layers").stream())
                    .filter(blob -> !isWhole(blob))
                    .map(blob -> "its blob " + blob.requireString("digest"))
                    .findFirst();
        }
        List<Digest> here = manifest.objects("manifests").stream()
                .map(entry -> Digest.parse(entry.requireString("digest")))
                .filter(entry -> Files.exists(blob(entry)))
                .toList();
        return here.isEmpty()
                ? Optional.of("every manifest of its index " + digest)
                : here.stream().flatMap(entry -> missing(entry).stream()).findFirst();
    }

    private boolean isWhole(JsonView descriptor) {
        try {
            return Files.size(blob(Digest.parse(descriptor.requireString("digest"))))
                    == descriptor.requireNumber("size");
        } catch (IOException e) {
            return false;
        }
    }

    private Path blob(Digest digest) {
        return root.resolve("io.containerd.content.v1.content/blobs")
                .resolve(digest.algorithm().prefix())
                .resolve(digest.hex());
    }

    private Path snapshotter() {
        return root.resolve("io.containerd.snapshotter.v1.overlayfs");
    }
}
