package io.sandboximage.rootfs.internal;

import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One run that puts layers into a {@link LayerStore}: first what describes a layer is written into a hidden file, then the data of its
 * region is copied in front of it, and in the end all are synced and renamed. Closing removes what was not. Thread-safe.
 */
final class LayerKeeping implements AutoCloseable {
    private final LayerStore store;
    private final WorkDirectory work;
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Draft> complete = new ConcurrentLinkedQueue<>();

    LayerKeeping(LayerStore store, WorkDirectory work) {
        this.store = store;
        this.work = work;
    }

    /** A layer without its data; or one that is too large to be kept, of which nothing is written. */
    Draft draft(Digest diffId, LayerTail tail) {
        Path file = work.resolve("layer-" + next.getAndIncrement());
        ByteBuffer bytes = tail.bytes(diffId);
        boolean wanted = tail.regionBytes() + bytes.remaining() <= store.maxBytes();
        if (wanted) {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes, tail.regionBytes() + bytes.position());
                }
            } catch (IOException e) {
                throw AtomicFile.failed(file, e);
            }
        }
        return new Draft(diffId, file, tail.regionBytes(), tail.zeros(), wanted);
    }

    /**
     * Makes everything that was copied durable and visible, and keeps the store's size.
     *
     * @throws StorageException if that fails; what was renamed before stays
     */
    void publish() {
        for (Draft draft = complete.poll(); draft != null; draft = complete.poll()) {
            Path target = store.file(draft.diffId);
            try {
                try (FileChannel channel = FileChannel.open(draft.file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.move(draft.file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw AtomicFile.failed(target, e);
            }
        }
        store.shrink();
    }

    @Override
    public void close() {
        work.close();
    }

    /** One layer. */
    final class Draft {
        private final Digest diffId;
        private final Path file;
        private final long regionBytes;
        private final ZeroChunks zeros;
        private final boolean wanted;

        private Draft(Digest diffId, Path file, long regionBytes, ZeroChunks zeros, boolean wanted) {
            this.diffId = diffId;
            this.file = file;
            this.regionBytes = regionBytes;
            this.zeros = zeros;
            this.wanted = wanted;
        }

        /** Copies the region, before anything in it is overwritten. */
        void copy(Ext4DataArea area, long firstBlock) {
            long address = firstBlock * Ext4Options.BLOCK_BYTES;
            if (!wanted || address + regionBytes > area.limitBytes()) {
                return; // What passes the limit was not written, and the conversion is about to fail.
            }
            try (FileChannel target = FileChannel.open(file, StandardOpenOption.WRITE)) {
                zeros.divide(
                        0, regionBytes, (from, bytes) -> copy(area, address, from, bytes, target), (from, bytes) -> {});
            } catch (IOException e) {
                throw AtomicFile.failed(file, e);
            }
            complete.add(this);
        }

        private void copy(Ext4DataArea area, long address, long from, long bytes, FileChannel target) {
            try {
                target.position(from);
            } catch (IOException e) {
                throw AtomicFile.failed(file, e);
            }
            area.transferTo(address + from, bytes, target);
        }
    }
}
