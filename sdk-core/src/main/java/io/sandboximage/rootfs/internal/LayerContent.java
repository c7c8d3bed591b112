package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.FileContent;
import io.sandboximage.rootfs.internal.tar.TarEntry;

/** The content of a file and where its data stands: in which layer, and from which byte of the uncompressed archive on. */
final class LayerContent extends FileContent {
    private final int layer;
    private final long archiveOffset;

    private LayerContent(int layer, long archiveOffset, TarEntry entry) {
        super(entry.sizeBytes(), entry.sparse().orElseThrow());
        this.layer = layer;
        this.archiveOffset = archiveOffset;
    }

    private LayerContent(int layer, long archiveOffset, long sizeBytes) {
        super(sizeBytes);
        this.layer = layer;
        this.archiveOffset = archiveOffset;
    }

    static LayerContent of(TarEntry entry, int layer) {
        return entry.sparse().isPresent()
                ? new LayerContent(layer, entry.dataOffset(), entry)
                : new LayerContent(layer, entry.dataOffset(), entry.sizeBytes());
    }

    /** Counted from the bottom, which is 0. */
    int layer() {
        return layer;
    }

    /** Data ranges stand there one after the other. */
    long archiveOffset() {
        return archiveOffset;
    }
}
