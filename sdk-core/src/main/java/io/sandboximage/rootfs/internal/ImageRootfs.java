package io.sandboximage.rootfs.internal;

import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import io.sandboximage.image.Image;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import io.sandboximage.store.BlobCache;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The root file system of an image: its layers merged into one tree, with the file data still in the layers. Two passes: {@link
 * #read} takes the headers of all layers and verifies them, {@link #writeData} moves the data. Closing closes the layers' files.
 */
public final class ImageRootfs implements AutoCloseable {
    private static final int FETCH_THREADS = 4;
    /** Stands for an index that was merged, whose memory is free again. */
    private static final Future<LayerIndex> RELEASED = CompletableFuture.completedFuture(new LayerIndex());

    private final List<LayerFile> files;
    private final FileTree tree;
    private final int localBlobs;

    private ImageRootfs(List<LayerFile> files, FileTree tree, int localBlobs) {
        this.files = files;
        this.tree = tree;
        this.localBlobs = localBlobs;
    }

    /**
     * Fetches the layers that are not local into the cache, verifies all and merges them.
     *
     * @param threads how many layers are uncompressed at once
     * @throws io.sandboximage.error.IntegrityException if a blob or an uncompressed layer has another digest than it should
     * @throws io.sandboximage.error.InvalidContentException if a layer is malformed or passes a limit
     */
    public static ImageRootfs read(
            ImageSource source, Image image, BlobCache cache, RootfsLimits limits, int threads, ProgressTask progress) {
        List<Layer> layers = image.layers();
        layers.forEach(layer -> LayerCompression.requireLayer(layer.descriptor().mediaType(), LayerFile.name(layer)));
        LayerScanner scanner = new LayerScanner(limits);
        Semaphore scanning = new Semaphore(threads);
        AtomicInteger local = new AtomicInteger();
        LayerMerger merger = new LayerMerger(limits.treeBytes(), progress::warn);
        @Nullable LayerFile[] files = new LayerFile[layers.size()];
        boolean complete = false;
        try (Workers workers = new Workers(Math.max(FETCH_THREADS, threads), "reading layers")) {
            List<Future<LayerIndex>> scans = new ArrayList<>();
            for (int i = 0; i < files.length; i++) {
                int number = i;
                Layer layer = layers.get(i);
                scans.add(workers.submit(() -> {
                    files[number] = LayerFile.open(layer, localFile(source, layer, cache, local, progress));
                    return scan(scanner, files[number], scanning, progress);
                }));
            }
            for (int i = 0; i < files.length; i++) {
                LayerIndex index = workers.await(scans.get(i));
                scans.set(i, RELEASED);
                merger.apply(index, i, LayerFile.name(layers.get(i)));
            }
            complete = true;
            return new ImageRootfs(List.of(files), merger.tree(), local.get());
        } finally {
            if (!complete) {
                close(Arrays.asList(files));
            }
        }
    }

    private static Path localFile(
            ImageSource source, Layer layer, BlobCache cache, AtomicInteger local, ProgressTask progress) {
        Optional<Path> there = source.localBlob(layer.descriptor());
        if (there.isEmpty()) {
            there = cache.find(layer.descriptor());
        }
        if (there.isPresent()) {
            local.incrementAndGet();
            return there.get();
        }
        return cache.fetch(layer.descriptor(), source, progress);
    }

    private static LayerIndex scan(LayerScanner scanner, LayerFile file, Semaphore scanning, ProgressTask progress) {
        try {
            scanning.acquire();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("reading " + LayerFile.name(file.layer()), e);
        }
        try {
            return scanner.scan(file, progress);
        } finally {
            scanning.release();
        }
    }

    /** The merged tree; not to be changed. */
    public FileTree tree() {
        return tree;
    }

    /** How many layers needed no transfer. */
    public int localBlobs() {
        return localBlobs;
    }

    /** How many layers there are. */
    public int layers() {
        return files.size();
    }

    /** Hands the data of every file in the tree to {@code sink}, layers in parallel. */
    public void writeData(DataSink sink, int threads, ProgressTask progress) {
        List<List<Inode>> byLayer = byLayer();
        long total = 0;
        for (List<Inode> inLayer : byLayer) {
            for (Inode file : inLayer) {
                total += file.content().dataBytes();
            }
        }
        try (ProgressTask task = progress.child("write files", ProgressUnit.BYTES, total);
                Workers workers = new Workers(threads, "writing files")) {
            List<Future<Boolean>> writing = new ArrayList<>();
            for (int i = 0; i < byLayer.size(); i++) {
                LayerFile layer = files.get(i);
                List<Inode> inLayer = byLayer.get(i);
                if (!inLayer.isEmpty()) {
                    writing.add(workers.submit(() -> {
                        LayerDataWriter.write(layer, inLayer, sink, task);
                        return true;
                    }));
                }
            }
            writing.forEach(workers::await);
            task.done();
        }
    }

    private List<List<Inode>> byLayer() {
        List<List<Inode>> byLayer = new ArrayList<>();
        files.forEach(file -> byLayer.add(new ArrayList<>()));
        for (Inode inode : tree.inodes()) {
            if (inode.content() instanceof LayerContent content) {
                byLayer.get(content.layer()).add(inode);
            }
        }
        for (List<Inode> inLayer : byLayer) {
            inLayer.sort(Comparator.comparingLong(file -> ((LayerContent) file.content()).archiveOffset()));
        }
        return byLayer;
    }

    @Override
    public void close() {
        close(files);
    }

    private static void close(List<@Nullable LayerFile> opened) {
        for (LayerFile file : opened) {
            if (file != null) {
                file.close();
            }
        }
    }
}
