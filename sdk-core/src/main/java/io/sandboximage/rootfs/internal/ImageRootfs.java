package io.sandboximage.rootfs.internal;

import io.sandboximage.ImageSource;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Image;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.EarlierSnapshot.Shared;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The root file system of an image: its layers merged into one tree, with the file data already in an {@link Ext4DataArea}. Each layer
 * is read once; several at the same time.
 */
public final class ImageRootfs implements AutoCloseable {
    private final FileTree tree;
    private final LayerRegions regions;
    private final int layers;
    private final int localBlobs;
    private final KeptLayers kept;

    ImageRootfs(FileTree tree, LayerRegions regions, int layers, int localBlobs, KeptLayers kept) {
        this.tree = tree;
        this.regions = regions;
        this.layers = layers;
        this.localBlobs = localBlobs;
        this.kept = kept;
    }

    /**
     * Where layers come from and what they may ask for.
     *
     * @param layerStore where unpacked layers are taken from, and put for the next time
     * @param shared what the area began with: data of the lowest layers
     */
    public record Input(
            ImageSource source,
            Image image,
            BlobCache cache,
            Optional<LayerStore> layerStore,
            Shared shared,
            RootfsLimits limits) {}

    /**
     * Fetches the layers that are not local into the cache, verifies and merges all of them, and writes the data of their files. Of
     * layers in the layer store nothing is fetched, and their data is missing until {@link #fill}.
     *
     * @param area takes the data
     * @param scratch a directory beside the area's file, for data whose place is not known yet
     * @param processors how many to use; the result does not depend on it
     * @throws io.sandboximage.error.IntegrityException if a blob or an uncompressed layer has another digest than it should
     * @throws io.sandboximage.error.InvalidContentException if a layer is malformed or passes a limit
     */
    public static ImageRootfs unpack(
            Input input, Ext4DataArea area, Path scratch, int processors, ProgressTask progress) {
        return new Unpacking(input, area, scratch, processors, progress).run();
    }

    /** The merged tree; not to be changed. */
    public FileTree tree() {
        return tree;
    }

    /** Where in the area, in blocks, the data of a file begins. */
    public long firstBlock(Inode file) {
        LayerContent content = (LayerContent) file.content();
        return regions.start(content.layer()) + content.firstBlock();
    }

    /** How many blocks of the area hold data, hidden files included. */
    public long blocks() {
        return regions.start(layers);
    }

    /** Writes the data of layers from the layer store. */
    public void fill(Ext4DataArea area, Ext4Layout layout, int processors) {
        kept.fill(area, layout, regions, processors);
    }

    /** Makes the layers that were put into the layer store durable and visible. */
    public void publishLayers() {
        kept.publish();
    }

    /** How many layers were taken from the layer store. */
    public int reusedLayers() {
        return kept.reused();
    }

    /** How much file data those hold. */
    public long reusedBytes() {
        return kept.reusedBytes();
    }

    /** Where each layer's region ends, in blocks. */
    public List<Long> regionEnds() {
        return IntStream.rangeClosed(1, layers).mapToObj(regions::start).toList();
    }

    /** How many layers needed no transfer. */
    public int localBlobs() {
        return localBlobs;
    }

    /** How many layers there are. */
    public int layers() {
        return layers;
    }

    @Override
    public void close() {
        kept.close();
    }
}
