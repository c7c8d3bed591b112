package io.sandboximage.rootfs.internal;

import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The root file system of an image: its layers merged into one tree, with the file data already in an {@link Ext4DataArea}. Each layer
 * is read once; several at the same time.
 */
public final class ImageRootfs {
    private static final int FETCH_THREADS = 4;
    private static final long SETTLE_BYTES = 64L << 20;
    /** Stands for an index that was merged, whose memory is free again. */
    private static final Future<LayerIndex> RELEASED = CompletableFuture.completedFuture(new LayerIndex());

    private final FileTree tree;
    private final LayerRegions regions;
    private final int layers;
    private final int localBlobs;

    private ImageRootfs(FileTree tree, LayerRegions regions, int layers, int localBlobs) {
        this.tree = tree;
        this.regions = regions;
        this.layers = layers;
        this.localBlobs = localBlobs;
    }

    /** Where layers come from and what they may ask for. */
    public record Input(ImageSource source, Image image, BlobCache cache, RootfsLimits limits) {}

    /**
     * Fetches the layers that are not local into the cache, verifies and merges all of them, and writes the data of their files.
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

    /** How many layers needed no transfer. */
    public int localBlobs() {
        return localBlobs;
    }

    /** How many layers there are. */
    public int layers() {
        return layers;
    }

    /** One run. */
    private static final class Unpacking {
        private final Input input;
        private final List<Layer> layers;
        private final Ext4DataArea area;
        private final Path scratch;
        private final ProgressTask progress;
        private final LayerUnpacker unpacker;
        private final LayerRegions regions;
        private final LayerMerger merger;
        private final int processors;
        /**
         * One layer keeps two processors busy, one that inflates and one that hashes and writes. Fair, so that lower layers go first:
         * what is above them cannot be placed before.
         */
        private final Semaphore unpacking;

        private final AtomicInteger local = new AtomicInteger();
        private final List<RegionWriter> writers = new ArrayList<>();
        private final Queue<Future<Boolean>> verifying = new ConcurrentLinkedQueue<>();

        Unpacking(Input input, Ext4DataArea area, Path scratch, int processors, ProgressTask progress) {
            this.input = input;
            this.layers = input.image().layers();
            this.area = area;
            this.scratch = scratch;
            this.progress = progress;
            this.processors = processors;
            unpacker = new LayerUnpacker(input.limits());
            regions = new LayerRegions(layers.size());
            merger = new LayerMerger(input.limits().treeBytes(), progress::warn);
            unpacking = new Semaphore((processors + 1) / 2, true);
        }

        ImageRootfs run() {
            layers.forEach(
                    layer -> LayerCompression.requireLayer(layer.descriptor().mediaType(), LayerFile.name(layer)));
            try (Workers workers = new Workers(Math.max(FETCH_THREADS, processors), "unpacking layers");
                    Workers verifiers = new Workers((processors + 1) / 2, "verifying layers")) {
                List<Future<LayerIndex>> indexes = new ArrayList<>();
                List<Future<Boolean>> settling = new ArrayList<>();
                for (int i = 0; i < layers.size(); i++) {
                    Layer layer = layers.get(i);
                    RegionWriter region = new RegionWriter(regions, i, area, scratch.resolve("spool-" + i));
                    writers.add(region);
                    indexes.add(workers.submit(() -> unpack(layer, region, verifiers)));
                }
                for (int i = 0; i < layers.size(); i++) {
                    LayerIndex index = workers.await(indexes.get(i));
                    indexes.set(i, RELEASED);
                    settle(writers.get(i), workers, settling);
                    merger.apply(index, i, LayerFile.name(layers.get(i)));
                }
                settling.forEach(workers::await);
                verifying.forEach(verifiers::await);
            } finally {
                writers.forEach(RegionWriter::close);
            }
            return new ImageRootfs(merger.tree(), regions, layers.size(), local.get());
        }

        private LayerIndex unpack(Layer layer, RegionWriter region, Workers verifiers) {
            LayerFile file = localFile(layer);
            if (!file.verified()) {
                verifying.add(verifiers.submit(() -> {
                    file.verify();
                    return true;
                }));
            }
            try {
                unpacking.acquire();
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("reading " + LayerFile.name(layer), e);
            }
            try {
                return unpacker.unpack(file, region, progress);
            } finally {
                unpacking.release();
            }
        }

        private static void settle(RegionWriter region, Workers workers, List<Future<Boolean>> settling) {
            AtomicLong left = new AtomicLong(region.spooled());
            for (long from = 0; from < region.spooled(); from += SETTLE_BYTES) {
                long start = from;
                long bytes = Math.min(SETTLE_BYTES, region.spooled() - from);
                settling.add(workers.submit(() -> {
                    region.settle(start, bytes);
                    if (left.addAndGet(-bytes) == 0) {
                        region.close();
                    }
                    return true;
                }));
            }
        }

        private LayerFile localFile(Layer layer) {
            Optional<Path> there = input.source().localBlob(layer.descriptor());
            if (there.isEmpty()) {
                there = input.cache().find(layer.descriptor());
            }
            if (there.isPresent()) {
                local.incrementAndGet();
                return new LayerFile(layer, there.get(), false);
            }
            return new LayerFile(layer, input.cache().fetch(layer.descriptor(), input.source(), progress), true);
        }
    }
}
