package io.sandboximage.rootfs;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.ext4.Ext4Superblock;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.EarlierSnapshot;
import io.sandboximage.rootfs.internal.EarlierSnapshot.Shared;
import io.sandboximage.rootfs.internal.FileDigest;
import io.sandboximage.rootfs.internal.ImageRootfs;
import io.sandboximage.rootfs.internal.LayerStore;
import io.sandboximage.rootfs.internal.RootfsLimits;
import io.sandboximage.rootfs.internal.WorkDirectory;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;

/**
 * One run of an {@link Ext4Snapshotter}:
 *
 * <ol>
 *   <li>look whether the file is there already;
 *   <li>read the layers: fetch, verify, merge their headers into a tree, and write their file data to where it belongs;
 *   <li>plan the file system around it, copy what its files have in layers that were kept, and write its metadata;
 *   <li>sync, and rename to the final name.
 * </ol>
 */
final class Ext4Conversion {
    /** Inodes 1 to 10 are ext4's own. */
    private static final int RESERVED_INODES = 10;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Ext4Snapshotter.Settings settings;
    private final ImageSource source;
    private final ProgressTask progress;
    private final Map<String, String> properties = new LinkedHashMap<>();

    Ext4Conversion(Ext4Snapshotter.Settings settings, ImageSource source, ProgressTask progress) {
        this.settings = settings;
        this.source = source;
        this.progress = progress;
    }

    Snapshot run() {
        long start = System.nanoTime();
        Image image = source.image(settings.platform);
        if (settings.added.isEmpty()) {
            return run(image, source, image, start);
        }
        ImageAssembly assembly = ImageAssembly.from(source, settings.platform)
                .compression(Compression.NONE)
                .created(image.config().created().orElse(Instant.EPOCH).truncatedTo(ChronoUnit.SECONDS));
        for (LayerSpec files : settings.added) {
            assembly = assembly.layer(files);
        }
        try (ImageSource whole = assembly.produce(progress)) {
            return run(image, whole, whole.image(settings.platform), start);
        }
    }

    /** @param whole the image with the added files */
    private Snapshot run(Image origin, ImageSource whole, Image image, long start) {
        Ext4Identity identity = Ext4Identity.of(image, settings.options);
        Optional<Ext4Superblock> present =
                settings.finish.anything() ? Optional.empty() : identity.findUnchanged(settings.file);
        if (present.isPresent()) {
            describe(present.get());
            digest(settings.file);
        } else {
            convert(whole, image, identity.options());
        }
        return new Snapshot(
                Ext4Snapshotter.KIND,
                settings.file.toString(),
                origin.descriptor().digest(),
                present.isPresent(),
                properties,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void convert(ImageSource whole, Image image, Ext4Options options) {
        try (WorkDirectory work = WorkDirectory.beside(settings.file)) {
            Path file = work.resolve("image.ext4");
            Optional<LayerStore> store = settings.layerCache().map(LayerCache::store);
            List<Digest> layers = image.layers().stream().map(Layer::diffId).toList();
            Shared shared = store.map(in -> begin(in, Ext4DataArea.startBytes(options), layers, file))
                    .orElse(Shared.NOTHING);
            ImageRootfs.Input input = new ImageRootfs.Input(
                    whole,
                    image,
                    BlobCache.at(settings.cacheDirectory().orElse(work.resolve("cache"))),
                    store,
                    shared,
                    RootfsLimits.of(settings.maxBytes));
            EarlierSnapshot made;
            try (Ext4DataArea area = shared.layers() == 0
                    ? Ext4DataArea.create(file, options)
                    : Ext4DataArea.adopt(file, options, shared.bytes())) {
                area.durable(settings.durable);
                made = convert(input, area, options, work.resolve("."));
            }
            store.ifPresent(in -> quietly(() -> in.snapshots().keep(made, shared, file)));
            Path finished = settings.finish.apply(
                    file, work.resolve("image.finished"), options, settings.threads, properties, progress);
            digest(finished);
            work.publish(finished, settings.durable);
            if (inPlace()) {
                store.ifPresent(in -> quietly(() -> in.written().remember(made, settings.file)));
            }
        }
    }

    private boolean inPlace() {
        return settings.inPlace && !settings.finish.anything();
    }

    /** Makes {@code file} what has most of the data already. */
    private Shared begin(LayerStore store, long areaStart, List<Digest> layers, Path file) {
        if (store.verifyData()) {
            return Shared.NOTHING; // What can be verified are layers.
        }
        Shared taken = inPlace() ? store.written().take(settings.file, areaStart, layers, file) : Shared.NOTHING;
        return taken.layers() > 0 ? taken : store.snapshots().copy(areaStart, layers, file);
    }

    /** A store that cannot be written costs a warning, not the conversion. */
    private void quietly(Runnable keeping) {
        try {
            keeping.run();
        } catch (StorageException e) {
            progress.warn("The snapshot is not kept for the next time: " + e.getMessage());
        }
    }

    private EarlierSnapshot convert(ImageRootfs.Input input, Ext4DataArea area, Ext4Options options, Path scratch) {
        long start = System.nanoTime();
        try (ImageRootfs rootfs = ImageRootfs.unpack(input, area, scratch, settings.threads, progress);
                Workers keeping = new Workers(1, "keeping layers")) {
            long unpacked = System.nanoTime();
            Future<Boolean> kept = keeping.submit(() -> {
                rootfs.publishLayers();
                return true;
            });
            Ext4Layout layout = plan(area, rootfs, options);
            long planned = System.nanoTime();
            rootfs.fill(area, layout, settings.threads);
            long filled = System.nanoTime();
            finish(area, layout);
            keeping.await(kept);
            properties.put("sizeBytes", Long.toString(layout.sizeBytes()));
            properties.put("usedBytes", Long.toString(layout.usedBlocks() * Ext4Options.BLOCK_BYTES));
            properties.put("files", Long.toString(layout.usedInodes() - RESERVED_INODES));
            properties.put("layers", Integer.toString(rootfs.layers()));
            properties.put("layersLocal", Integer.toString(rootfs.localBlobs()));
            properties.put("layersReused", Integer.toString(rootfs.reusedLayers()));
            properties.put("reusedBytes", Long.toString(rootfs.reusedBytes()));
            properties.put("unpackMillis", millis(start, unpacked));
            properties.put("planMillis", millis(unpacked, planned));
            properties.put("copyMillis", millis(planned, filled));
            properties.put("finishMillis", millis(filled, System.nanoTime()));
            return new EarlierSnapshot(
                    Ext4DataArea.startBytes(options),
                    input.image().layers().stream().map(Layer::diffId).toList(),
                    rootfs.regionEnds(),
                    layout.gaps());
        }
    }

    private Ext4Layout plan(Ext4DataArea area, ImageRootfs rootfs, Ext4Options options) {
        Ext4Layout layout = area.plan(rootfs.tree(), rootfs::firstBlock, rootfs.blocks());
        if (options.sizeBytes().isEmpty() && layout.sizeBytes() > settings.maxBytes) {
            throw new InvalidContentException("The image " + source.name() + " needs a file system of "
                    + DataSize.ofBytes(layout.sizeBytes()) + ", more than the largest size of "
                    + DataSize.ofBytes(settings.maxBytes) + ". If the image is trusted, raise the largest size");
        }
        return layout;
    }

    private void finish(Ext4DataArea area, Ext4Layout layout) {
        try (ProgressTask task = progress.child("finish " + settings.file.getFileName())) {
            area.finish(layout);
            task.done();
        }
    }

    private void describe(Ext4Superblock superblock) {
        properties.put("sizeBytes", Long.toString(superblock.sizeBytes()));
        properties.put(
                "usedBytes",
                Long.toString((superblock.blockCount() - superblock.freeBlocks()) * superblock.blockBytes()));
        properties.put("files", Long.toString(superblock.inodeCount() - superblock.freeInodes() - RESERVED_INODES));
    }

    private void digest(Path file) {
        if (settings.sha256) {
            properties.put("sha256", FileDigest.sha256(file, progress).hex());
        }
    }

    private static String millis(long from, long to) {
        return Long.toString((to - from) / NANOS_PER_MILLI);
    }
}
