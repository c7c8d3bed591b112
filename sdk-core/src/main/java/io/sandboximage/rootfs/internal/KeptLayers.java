package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.Workers;
import io.sandboximage.rootfs.internal.EarlierSnapshot.Shared;
import io.sandboximage.rootfs.internal.LayerKeeping.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The layers of one image in a {@link LayerStore}: those that are taken from it, and those that are put into it. A store that cannot be
 * written costs a warning, not the conversion. Thread-safe.
 */
final class KeptLayers implements AutoCloseable {
    private static final long FILL_BYTES = 64L << 20;

    private final Optional<LayerStore> store;
    private final Shared shared;
    private final @Nullable LayerKeeping keeping;
    private final AtomicReferenceArray<@Nullable KeptLayer> found;
    private final AtomicReferenceArray<@Nullable Draft> drafts;
    private final Consumer<String> warnings;

    /** @param shared what the area began with */
    KeptLayers(Optional<LayerStore> store, Shared shared, int layers, Consumer<String> warnings) {
        this.store = store;
        this.shared = shared;
        this.warnings = warnings;
        found = new AtomicReferenceArray<>(layers);
        drafts = new AtomicReferenceArray<>(layers);
        keeping = store.map(this::begin).orElse(null);
    }

    private @Nullable LayerKeeping begin(LayerStore in) {
        try {
            return in.keep();
        } catch (StorageException e) {
            warn(e);
            return null;
        }
    }

    /** Whether layers are put into a store. */
    boolean keeping() {
        return keeping != null;
    }

    /** Looks for a layer; whether it is there. */
    boolean find(int layer, Digest diffId) {
        found.set(layer, store.flatMap(in -> in.find(diffId)).orElse(null));
        return found.get(layer) != null;
    }

    /** Takes a layer that was found into account. */
    LayerIndex reuse(int layer, LayerRegions regions, LayerUnpacker unpacker, String name) {
        KeptLayer kept = java.util.Objects.requireNonNull(found.get(layer));
        regions.ends(layer, kept.blocks());
        return unpacker.reuse(kept, name);
    }

    /** @throws InvalidContentException if a layer was found whose headers tell of other blocks than it has */
    void requireBlocks(int layer, long blocks) {
        KeptLayer kept = found.get(layer);
        if (kept != null && kept.blocks() != blocks) {
            throw LayerIndex.malformed(null);
        }
    }

    /** Begins to keep a layer. */
    void draft(int layer, Digest diffId, LayerTail tail) {
        if (keeping != null) {
            try {
                drafts.set(layer, keeping.draft(diffId, tail));
            } catch (StorageException e) {
                warn(e);
            }
        }
    }

    /** Keeps the data of a layer that was begun, as soon as all of it is in the area. */
    void copy(int layer, Ext4DataArea area, long firstBlock) {
        Draft draft = drafts.get(layer);
        if (draft != null) {
            try {
                draft.copy(area, firstBlock);
            } catch (StorageException e) {
                warn(e);
            }
        }
    }

    /** Writes what files of the layout have in the layers that were found. */
    void fill(Ext4DataArea area, Ext4Layout layout, LayerRegions regions, int processors) {
        List<Runnable> pieces = new ArrayList<>();
        for (int i = 0; i < found.length(); i++) {
            KeptLayer layer = found.get(i);
            if (layer != null) {
                long address = regions.start(i) * Ext4Options.BLOCK_BYTES;
                if (i < shared.layers()) {
                    pieces.add(() -> layer.fillGaps(area, layout, address, shared.gaps()));
                    continue;
                }
                for (long from = 0; from < layer.regionBytes(); from += FILL_BYTES) {
                    long start = from;
                    long bytes = Math.min(FILL_BYTES, layer.regionBytes() - from);
                    pieces.add(() -> layer.fill(area, layout, start, bytes, address + start));
                }
            }
        }
        try (Workers workers = new Workers(processors, "copying kept layers")) {
            workers.run(pieces);
        }
    }

    /** Makes what was put into the store durable and visible. */
    void publish() {
        if (keeping != null) {
            try {
                keeping.publish();
            } catch (StorageException e) {
                warn(e);
            }
        }
    }

    /** How many layers were found. */
    int reused() {
        int count = 0;
        for (int i = 0; i < found.length(); i++) {
            count += found.get(i) == null ? 0 : 1;
        }
        return count;
    }

    /** How much data the layers hold that were found. */
    long reusedBytes() {
        long bytes = 0;
        for (int i = 0; i < found.length(); i++) {
            KeptLayer layer = found.get(i);
            bytes += layer == null ? 0 : layer.regionBytes();
        }
        return bytes;
    }

    private void warn(StorageException e) {
        warnings.accept("Layers are not kept for the next time: " + e.getMessage());
    }

    @Override
    public void close() {
        for (int i = 0; i < found.length(); i++) {
            KeptLayer layer = found.get(i);
            if (layer != null) {
                layer.close();
            }
        }
        if (keeping != null) {
            keeping.close();
        }
    }
}
