package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.DataBlocks;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarEntryType;
import java.util.Arrays;

/**
 * Where the data of each layer stands: in a region of its own, which holds the data blocks of all its files in the order of its
 * archive, whether upper layers hide them or not. A region begins where the one of the layer below ends, so that its place depends
 * on the layers below alone. Thread-safe.
 */
final class LayerRegions {
    private static final long UNKNOWN = -1;

    /** One more than there are layers: the last is the end of all. */
    private final long[] starts;

    private final long[] lengths;

    LayerRegions(int layers) {
        starts = new long[layers + 1];
        lengths = new long[layers];
        Arrays.fill(starts, 1, layers + 1, UNKNOWN);
        Arrays.fill(lengths, UNKNOWN);
    }

    /**
     * How many blocks of its layer's region an entry takes.
     *
     * @throws InvalidContentException if ext4 cannot hold such a file
     */
    static long blocks(TarEntry entry) {
        if (entry.type() != TarEntryType.REGULAR || entry.sizeBytes() == 0) {
            return 0;
        }
        try {
            return DataBlocks.of(LayerContent.of(entry, 0, 0)).count();
        } catch (InvalidContentException e) {
            throw new InvalidContentException("The entry \"" + entry.displayPath() + "\": " + e.getMessage(), e);
        }
    }

    /** Tells the length of a region, by which the starts of those above may become known. */
    synchronized void ends(int layer, long blocks) {
        lengths[layer] = blocks;
        for (int i = layer; i < lengths.length && starts[i] >= 0 && lengths[i] >= 0; i++) {
            starts[i + 1] = starts[i] + lengths[i];
        }
    }

    /** The first block of a layer's region, or -1 while it is unknown; for the number of layers, the end of the last. */
    synchronized long start(int layer) {
        return starts[layer];
    }
}
