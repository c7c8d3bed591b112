package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.LayerUnpacker.Unpacked;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
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
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link ImageRootfs#unpack}. Layers that an earlier run kept give their headers at once, and by that the places of what is
 * above them; the data of their files follows when it is known which of it is wanted.
 */
final class Unpacking {
    private static final int FETCH_THREADS = 4;
    private static final long SETTLE_BYTES = 64L << 20;
    /** Stands for a layer that was merged, whose memory is free again. */
    private static final Future<LayerIndex> RELEASED = CompletableFuture.completedFuture(new LayerIndex());

    private final ImageRootfs.Input input;
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

    private final KeptLayers kept;
    private final AtomicInteger local = new AtomicInteger();
    private final List<RegionWriter> writers = new ArrayList<>();
    private final Queue<Future<Boolean>> settling = new ConcurrentLinkedQueue<>();

    Unpacking(ImageRootfs.Input input, Ext4DataArea area, Path scratch, int processors, ProgressTask progress) {
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
        kept = new KeptLayers(input.layerStore(), input.shared(), layers.size(), progress::warn);
    }

    ImageRootfs run() {
        boolean done = false;
        try (Workers workers = new Workers(Math.max(FETCH_THREADS, processors), "unpacking layers")) {
            layers.forEach(
                    layer -> LayerCompression.requireLayer(layer.descriptor().mediaType(), LayerFile.name(layer)));
            List<Future<LayerIndex>> indexes = begin(workers);
            for (int i = 0; i < layers.size(); i++) {
                LayerIndex index = workers.await(indexes.get(i));
                indexes.set(i, RELEASED);
                settle(i, workers);
                long blocks = merger.apply(index, i, LayerFile.name(layers.get(i)));
                kept.requireBlocks(i, blocks);
            }
            settling.forEach(workers::await);
            done = true;
        } finally {
            writers.forEach(RegionWriter::close);
            if (!done) {
                kept.close();
            }
        }
        return new ImageRootfs(merger.tree(), regions, layers.size(), local.get(), kept);
    }

    /** Reads what was kept, and sets about everything else. */
    private List<Future<LayerIndex>> begin(Workers workers) {
        List<Future<Boolean>> found = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            int number = i;
            found.add(workers.submit(() -> kept.find(number, layers.get(number).diffId())));
        }
        List<Future<LayerIndex>> indexes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            int number = i;
            boolean reused = workers.await(found.get(i));
            RegionSums sums = kept.keeping() && !reused ? new RegionSums() : null;
            RegionWriter region = new RegionWriter(regions, i, area, scratch.resolve("spool-" + i), sums);
            writers.add(region);
            if (reused) {
                local.incrementAndGet();
                indexes.add(CompletableFuture.completedFuture(
                        kept.reuse(i, regions, unpacker, LayerFile.name(layers.get(i)))));
            } else {
                indexes.add(workers.submit(() -> unpack(number, region, sums)));
            }
        }
        return indexes;
    }

    private LayerIndex unpack(int number, RegionWriter region, @Nullable RegionSums sums) {
        Layer layer = layers.get(number);
        LayerFile file = localFile(layer);
        try {
            unpacking.acquire();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("reading " + LayerFile.name(layer), e);
        }
        Unpacked unpacked;
        try {
            unpacked = unpacker.unpack(file, region, progress);
        } finally {
            unpacking.release();
        }
        if (sums != null) {
            LayerTail tail =
                    new LayerTail(unpacked.index(), region.blocks(), unpacked.bytes(), sums.toArray(), region.zeros());
            kept.draft(number, layer.diffId(), tail);
        }
        return unpacked.index();
    }

    /** Moves what is spooled to its place, and copies the whole region to where it is kept. */
    private void settle(int number, Workers workers) {
        RegionWriter region = writers.get(number);
        region.declareHoles();
        long spooled = region.spooled();
        AtomicLong left = new AtomicLong(spooled);
        for (long from = 0; from < spooled; from += SETTLE_BYTES) {
            long start = from;
            long bytes = Math.min(SETTLE_BYTES, spooled - from);
            settling.add(workers.submit(() -> {
                region.settle(start, bytes);
                if (left.addAndGet(-bytes) == 0) {
                    region.close();
                    kept.copy(number, area, regions.start(number));
                }
                return true;
            }));
        }
        if (spooled == 0 && kept.keeping()) {
            settling.add(workers.submit(() -> {
                kept.copy(number, area, regions.start(number));
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
            return new LayerFile(layer, there.get());
        }
        return new LayerFile(layer, input.cache().fetch(layer.descriptor(), input.source(), progress));
    }
}
