package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
    static final String OVERLAYFS = "overlayfs";

    private static final int MAX_JSON = 8_000_000;
    private static final String ROOT = "containerd/daemon";
    private static final String DATABASE = ROOT + "/io.containerd.metadata.v1.bolt/meta.db";
    private static final String SNAPSHOTTER = ROOT + "/io.containerd.snapshotter.v1." + OVERLAYFS;
    private static final String CONTENT = ROOT + "/io.containerd.content.v1.content/blobs";

    /** Folder in the data root with one for each snapshot. */
    static final String SNAPSHOTS = SNAPSHOTTER + "/snapshots";

    /** The same with a file for each blob. */
    static final String BLOBS = CONTENT + "/sha256";

    private final Path dataRoot;

    ContainerdStore(Path dataRoot) {
        this.dataRoot = dataRoot;
    }

    /** Blobs, by digest, and snapshots, the committed ones of layers by chain ID. */
    List<LayerPlace> layerPlaces() {
        List<LayerPlace> places = new ArrayList<>();
        for (Path blob : Folder.list(dataRoot.resolve(BLOBS))) {
            if (Files.isRegularFile(blob)) {
                places.add(new LayerPlace(
                        blob, Optional.of(LayerPlace.blobKey(blob.getFileName().toString())), true));
            }
        }
        Map<String, String> chains = Snapshots.read(snapshotter().resolve("metadata.db"));
        for (Path snapshot : Folder.list(dataRoot.resolve(SNAPSHOTS))) {
            Path files = snapshot.resolve("fs");
            if (Files.isDirectory(files)) {
                // Snapshots that somebody still writes are not in the list.
                Optional<String> chain =
                        Optional.ofNullable(chains.get(snapshot.getFileName().toString()));
                places.add(new LayerPlace(files, chain.filter(text -> !text.isEmpty()), chain.isPresent()));
            }
        }
        return places;
    }

    /** Those of all namespaces; Docker has only one. */
    List<StoredImage> images() {
        List<StoredImage> images = new ArrayList<>();
        namespaces().forEach(namespace -> namespace.bucket("images").ifPresent(all -> all.buckets()
                .forEach((name, image) -> image.bucket("target")
                        .flatMap(target -> target.value("digest"))
                        .ifPresent(digest -> images.add(
                                new StoredImage(name, Digest.parse(new String(digest, StandardCharsets.UTF_8))))))));
        return images;
    }

    /** The snapshotters that have something, sorted. */
    List<String> snapshotters() {
        return namespaces().stream()
                .flatMap(namespace -> namespace.bucket("snapshots").stream())
                .flatMap(snapshotters -> snapshotters.buckets().entrySet().stream())
                .filter(snapshotter -> !snapshotter.getValue().buckets().isEmpty())
                .map(Map.Entry::getKey)
                .distinct()
                .sorted()
                .toList();
    }

    /** Removes what belongs to containers: their records, and the snapshots that they wrote. */
    void stripContainers() {
        new ContainerRecords(database(), snapshotter()).remove();
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
        return dataRoot.resolve(CONTENT).resolve(digest.algorithm().prefix()).resolve(digest.hex());
    }

    private List<BoltBucket> namespaces() {
        return Folder.read(database())
                .map(BoltFile::new)
                .flatMap(bolt -> bolt.root().bucket("v1"))
                .map(version -> List.copyOf(version.buckets().values()))
                .orElse(List.of());
    }

    private Path database() {
        return dataRoot.resolve(DATABASE);
    }

    private Path snapshotter() {
        return dataRoot.resolve(SNAPSHOTTER);
    }
}
