package io.sandboximage.golden.internal.dataroot;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Docker engine's data root while no engine runs on it. Both image stores are known: Docker's own, and containerd's as Docker keeps
 * it in {@code containerd/daemon}.
 *
 * @param path of the data root
 */
public record DataRoot(Path path) {
    /**
     * What belongs to one engine or to its containers: these would be started in every session, clash there, or give two engines one
     * identity. {@code tmp} and {@code runtimes} are made anew at every start.
     */
    private static final List<String> PRIVATE = List.of(
            "containers",
            "network",
            "swarm",
            "tmp",
            "runtimes",
            "buildkit/executor",
            "containerd/daemon/tmpmounts",
            "containerd/daemon/io.containerd.runtime.v2.task",
            "containerd/daemon/io.containerd.grpc.v1.introspection");

    private static final String OVERLAY = "overlay2";
    private static final String VOLUMES = "volumes";

    /** All images, sorted by name. */
    public List<StoredImage> images() {
        List<StoredImage> images = new ArrayList<>();
        classic().forEach(store -> images.addAll(store.images()));
        images.addAll(new ContainerdStore(path).images());
        images.sort(Comparator.comparing(StoredImage::name));
        return List.copyOf(images);
    }

    /** Images that lack their config or layers, in sentences; empty if all is there. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        classic().forEach(store -> problems.addAll(store.problems()));
        problems.addAll(new ContainerdStore(path).problems());
        return List.copyOf(problems);
    }

    /** The storage drivers of Docker's own store that have something here. */
    public List<String> drivers() {
        return ClassicStore.drivers(path);
    }

    /** The snapshotters of containerd's store that have something here. */
    public List<String> snapshotters() {
        return new ContainerdStore(path).snapshotters();
    }

    /** Contents of layers, and blobs; some may be links to where they lie. */
    public List<LayerPlace> layerPlaces() {
        List<LayerPlace> places = new ArrayList<>(new ContainerdStore(path).layerPlaces());
        Path overlay = path.resolve(OVERLAY);
        Map<String, String> chains = new ClassicStore(path, OVERLAY).chainIds();
        for (Path layer : Folder.list(overlay)) {
            Path content = layer.resolve("diff");
            if (Folder.isFolder(layer) && Files.isDirectory(content)) {
                places.add(new LayerPlace(
                        content,
                        Optional.ofNullable(chains.get(layer.getFileName().toString())),
                        true));
            }
        }
        return places;
    }

    /** Folders with one entry for each layer or blob, as far as they are here; they hold nearly all that is here. */
    public List<Path> layerFolders() {
        return Stream.of(OVERLAY, ContainerdStore.SNAPSHOTS, ContainerdStore.BLOBS)
                .map(path::resolve)
                .filter(Folder::isFolder)
                .toList();
    }

    /** Removes what must not come into a session; images, layers and the build cache stay. */
    public void strip(boolean keepVolumes) {
        classic().forEach(ClassicStore::stripContainers);
        new ContainerdStore(path).stripContainers();
        PRIVATE.forEach(name -> Folder.remove(path.resolve(name)));
        if (!keepVolumes) {
            Folder.remove(path.resolve(VOLUMES));
        }
        // Nothing that an engine needs is a plain file here: its identity, or a mark that somebody left.
        for (Path entry : Folder.list(path)) {
            if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                Folder.remove(entry);
            }
        }
    }

    private List<ClassicStore> classic() {
        return drivers().stream().map(driver -> new ClassicStore(path, driver)).toList();
    }
}
