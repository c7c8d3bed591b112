package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.internal.io.LeastRecentlyUsed;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A directory of unpacked layers by diff ID: what {@link LayerTail} describes, one file each. Files appear whole or not at all; a
 * damaged one is removed when it is met. Thread-safe, and any number of processes may share the directory.
 *
 * @param directory made when the first layer is kept
 * @param maxBytes for all files together
 * @param verifyData whether to compare all data with its checksums before it is used
 */
public record LayerStore(Path directory, long maxBytes, boolean verifyData) {
    /** The layer, if it is there and sound; counts as a use. */
    Optional<KeptLayer> find(Digest diffId) {
        Path file = file(diffId);
        try {
            KeptLayer layer = KeptLayer.open(file, diffId);
            try {
                if (verifyData) {
                    layer.verifyData();
                }
            } catch (IOException | RuntimeException e) {
                layer.close();
                throw e;
            }
            touch(file);
            return Optional.of(layer);
        } catch (InvalidContentException e) {
            AtomicFile.removeQuietly(file);
            return Optional.empty();
        } catch (ClosedByInterruptException e) {
            throw AtomicFile.failed(file, e);
        } catch (IOException e) {
            return Optional.empty(); // Not there, as a rule; what cannot be read is of no use either.
        }
    }

    /**
     * Begins to keep layers.
     *
     * @throws StorageException if the directory cannot be written
     */
    LayerKeeping keep() {
        return new LayerKeeping(this, WorkDirectory.beside(directory.resolve("layer")));
    }

    Path file(Digest diffId) {
        return layers().resolve(diffId.algorithm().prefix()).resolve(diffId.hex());
    }

    /** Whole snapshots beside the layers. */
    public KeptSnapshots snapshots() {
        return new KeptSnapshots(this, layers().resolve("snapshots"));
    }

    /** What is known of snapshots elsewhere. */
    public WrittenSnapshots written() {
        return new WrittenSnapshots(layers().resolve("written"));
    }

    /** Removes what older versions kept, and what was used longest ago, down to the size. */
    void shrink() {
        InterprocessLock lock = InterprocessLock.acquire(directory.resolve("lock"));
        try {
            for (int format = 0; format < LayerTail.FORMAT; format++) {
                removeQuietly(layers(format));
            }
            LeastRecentlyUsed.shrink(layers(), maxBytes, Duration.ZERO);
        } finally {
            lock.close();
        }
    }

    /** Not there before the first layer is. */
    Path layers() {
        return layers(LayerTail.FORMAT);
    }

    private Path layers(int format) {
        return directory.resolve("v" + format);
    }

    private static void removeQuietly(Path folder) {
        try {
            FileTrees.delete(folder);
        } catch (IOException ignored) {
            // A process of the older version is at work there; the next run removes it.
        }
    }

    static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException ignored) {
            // A store that may only be read still serves.
        }
    }
}
