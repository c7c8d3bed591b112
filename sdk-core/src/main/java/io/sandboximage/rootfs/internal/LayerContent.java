package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.FileContent;
import io.sandboximage.rootfs.internal.tar.TarEntry;

/** The content of a file and where its data stands: in which layer, and from which block of the layer's region on. */
final class LayerContent extends FileContent {
    private final int layer;
    private final long firstBlock;

    private LayerContent(int layer, long firstBlock, TarEntry entry) {
        super(entry.sizeBytes(), entry.sparse().orElseThrow());
        this.layer = layer;
        this.firstBlock = firstBlock;
    }

    private LayerContent(int layer, long firstBlock, long sizeBytes) {
        super(sizeBytes);
        this.layer = layer;
        this.firstBlock = firstBlock;
    }

    static LayerContent of(TarEntry entry, int layer, long firstBlock) {
        return entry.sparse().isPresent()
                ? new LayerContent(layer, firstBlock, entry)
                : new LayerContent(layer, firstBlock, entry.sizeBytes());
    }

    /** Counted from the bottom, which is 0. */
    int layer() {
        return layer;
    }

    /** Data ranges stand there one after the other. */
    long firstBlock() {
        return firstBlock;
    }
}
