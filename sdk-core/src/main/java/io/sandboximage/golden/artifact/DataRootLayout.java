package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.dataroot.DataRoot;
import io.sandboximage.golden.internal.dataroot.LayerPlace;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the bulk lies in the data root of a Docker engine, for both of its image stores.
 *
 * <pre>
 * overlay2/ID/diff                                  a layer's files; image/overlay2/layerdb/sha256/CHAIN/cache-id says whose
 * image/overlay2/layerdb/sha256/CHAIN/tar-split.json.gz      how to make the same tar of it again
 * containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots/N/fs        a layer's files
 * containerd/daemon/io.containerd.content.v1.content/blobs/sha256/HEX            manifests, configs, packed layers
 * </pre>
 */
final class DataRootLayout {
    /** The store of an engine's own, in words of the artifact's config. */
    static final String OVERLAY2 = "overlay2";

    static final String CONTAINERD = "containerd";

    private static final String LAYER_DB = "image/overlay2/layerdb/sha256";
    private static final String TAR_SPLIT = "tar-split.json.gz";
    private static final String SNAPSHOTS = "containerd/daemon/io.containerd.snapshotter.v1.overlayfs/snapshots";
    private static final String CONTENT = "containerd/daemon/io.containerd.content.v1.content/blobs/sha256";

    private DataRootLayout() {}

    /**
     * The stores that hold something.
     *
     * @throws InvalidRequestException if there is none that is known: a data root of another driver, or none at all
     */
    static List<String> stores(Path root) {
        List<String> stores = new ArrayList<>();
        if (!names(root.resolve(LAYER_DB)).isEmpty()) {
            stores.add(OVERLAY2);
        }
        if (!names(root.resolve(SNAPSHOTS)).isEmpty()) {
            stores.add(CONTAINERD);
        }
        if (stores.isEmpty()) {
            throw new InvalidRequestException("There is no image in " + root
                    + " that could travel: it has layers neither of the driver overlay2 nor of containerd's store with"
                    + " the snapshotter overlayfs. Other drivers cannot be pushed");
        }
        return stores;
    }

    /** All parts but the rest, in an order that depends on the content alone. */
    static List<DataRootPart> parts(Path root) {
        List<DataRootPart> parts = new ArrayList<>();
        for (String chain : names(root.resolve(LAYER_DB))) {
            String split = LAYER_DB + "/" + chain + "/" + TAR_SPLIT;
            if (Files.isRegularFile(root.resolve(split))) {
                parts.add(new DataRootPart(DataRootPart.Kind.FILE, split, Optional.of("sha256:" + chain)));
            }
        }
        new DataRoot(root)
                .layerPlaces().stream().map(layer -> part(root, layer)).forEach(parts::add);
        parts.sort(Comparator.comparing(DataRootPart::path));
        return parts;
    }

    private static DataRootPart part(Path root, LayerPlace layer) {
        DataRootPart.Kind kind = Files.isDirectory(layer.content()) ? DataRootPart.Kind.TREE : DataRootPart.Kind.FILE;
        return new DataRootPart(kind, root.relativize(layer.content()).toString(), layer.chainId());
    }

    /** By what another project's golden on this host may have the same; empty if that cannot be told. */
    static Optional<String> key(DataRootPart part) {
        if (part.kind() == DataRootPart.Kind.TREE) {
            return part.chainId().map(LayerPlace::layerKey);
        }
        return namedByDigest(part)
                ? Optional.of(LayerPlace.blobKey(part.path().substring(CONTENT.length() + 1)))
                : Optional.empty();
    }

    /** Whether the file's name says its digest, so that nobody need compute it. */
    static boolean namedByDigest(DataRootPart part) {
        return part.path().startsWith(CONTENT + "/");
    }

    private static List<String> names(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new StorageException("Could not list " + directory + ": " + AtomicFile.reason(e), e);
        }
    }
}
