package io.sandboximage.rootfs;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.rootfs.internal.LayerStore;
import java.nio.file.Path;

/**
 * A directory of unpacked layers, addressed by their diff IDs, for {@link Ext4Snapshotter#layerCache}. Best on the file system that
 * snapshots are written to: XFS and btrfs then share the data (with JDK 20 or later), others copy it within the kernel. Immutable and
 * thread-safe; any number of processes may share the directory.
 *
 * <p>A layer appears whole or not at all, also where a process is killed or the machine fails. What describes a layer is compared with
 * a checksum at each use, and so are the sizes; a damaged layer is removed and unpacked again. The file data is trusted unless {@link
 * #verifyData} is chosen. Whoever may write to the directory decides what later snapshots hold: keep it as private as they are.
 */
public final class LayerCache {
    private static final long DEFAULT_MAX_BYTES = 32L << 30;

    private final LayerStore store;

    private LayerCache(LayerStore store) {
        this.store = store;
    }

    /** A cache of at most 32 GiB; the directory is made when the first layer is kept. */
    public static LayerCache at(Path directory) {
        return new LayerCache(new LayerStore(directory, DEFAULT_MAX_BYTES, false));
    }

    /**
     * Another largest size: after each run the layers that were used longest ago are removed.
     *
     * @param bytes of all files together, as if nothing were shared
     * @throws InvalidRequestException if it is not above 0
     */
    public LayerCache maxBytes(long bytes) {
        if (bytes <= 0) {
            throw new InvalidRequestException("A layer cache of at most " + bytes + " bytes cannot hold anything");
        }
        return new LayerCache(new LayerStore(store.directory(), bytes, store.verifyData()));
    }

    /** Whether all data of a layer is read and compared with its checksums before it is used; off by default. */
    public LayerCache verifyData(boolean on) {
        return new LayerCache(new LayerStore(store.directory(), store.maxBytes(), on));
    }

    /** Where it is. */
    public Path directory() {
        return store.directory();
    }

    LayerStore store() {
        return store;
    }
}
