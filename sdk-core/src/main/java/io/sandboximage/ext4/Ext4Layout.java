package io.sandboximage.ext4;

import java.nio.file.Path;
import java.util.UUID;

/** A planned file system: nothing is written yet. Immutable and thread-safe. */
public interface Ext4Layout {
    /** Size of the file system and of its file, in bytes. */
    long sizeBytes();

    /** Blocks of 4 KiB in the file system. */
    long blockCount();

    /** Blocks that hold data or metadata, with inode tables, journal and reserved descriptors. */
    long usedBlocks();

    /** Inodes that the file system has room for. */
    long inodeCount();

    /** Inodes in use, the reserved ones included. */
    long usedInodes();

    /** Bytes of file data that the output expects. */
    long dataBytes();

    /** The UUID, chosen or derived. */
    UUID uuid();

    /**
     * Creates the file, sparse and at its full size. The caller takes care of a temporary name and of the final rename.
     *
     * @throws io.sandboximage.error.ConflictException if the file exists
     * @throws io.sandboximage.error.StorageException if the file cannot be created
     */
    Ext4Output create(Path file);
}
