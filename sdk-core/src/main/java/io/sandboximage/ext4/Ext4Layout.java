package io.sandboximage.ext4;

import io.sandboximage.ext4.internal.write.PlannedImage;
import io.sandboximage.filetree.FileContent;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** A planned file system: nothing is written yet. Immutable and thread-safe. */
public final class Ext4Layout {
    private final PlannedImage image;

    Ext4Layout(PlannedImage image) {
        this.image = image;
    }

    PlannedImage image() {
        return image;
    }

    /** Size of the file in bytes: the exact size where one was chosen, else that of the file system. */
    public long sizeBytes() {
        return image.sizeBytes();
    }

    /** Blocks of 4 KiB in the file system. */
    public long blockCount() {
        return image.blockCount();
    }

    /** Blocks that hold data or metadata, with inode tables, journal and reserved descriptors. */
    public long usedBlocks() {
        return image.usedBlocks();
    }

    /** Inodes that the file system has room for. */
    public long inodeCount() {
        return image.inodeCount();
    }

    /** Inodes in use, the reserved ones included. */
    public long usedInodes() {
        return image.usedInodes();
    }

    /** Size of the journal; 0 without one. */
    public long journalBytes() {
        return image.journalBytes();
    }

    /** Bytes of file data that the output expects. */
    public long dataBytes() {
        return image.dataBytes();
    }

    /**
     * What of an {@link Ext4DataArea}, as addresses in it, no file has: ascending, multiples of {@link Ext4Options#BLOCK_BYTES}, not
     * adjacent to each other. Empty for a file system that was planned without one.
     */
    public List<FileContent.Range> gaps() {
        return image.gaps();
    }

    /** The UUID, chosen or derived. */
    public UUID uuid() {
        return image.parameters().uuid();
    }

    /**
     * Creates the file, sparse and at its full size. The caller takes care of a temporary name and of the final rename, and
     * removes the file where something fails.
     *
     * @throws io.sandboximage.error.ConflictException if the file exists
     * @throws io.sandboximage.error.StorageException if the file cannot be created
     */
    public Ext4Output create(Path file) {
        return new Ext4Output(image.create(file));
    }
}
