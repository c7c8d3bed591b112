package io.sandboximage.golden.internal.dataroot;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** containerd's content store and overlayfs snapshots, as Docker keeps them in {@code containerd/daemon}. */
final class ContainerdStore {
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

    private Path snapshotter() {
        return root.resolve("io.containerd.snapshotter.v1.overlayfs");
    }
}
