package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Superblock;

/**
 * A whole file system, with the place of everything in it.
 *
 * @param fileBytes size of the file, at least that of the file system
 * @param journalBlocks 0 without a journal
 * @param seed start value of all checksums
 */
record Plan(
        LayoutParameters parameters,
        Contents contents,
        Geometry geometry,
        Allocation allocation,
        long fileBytes,
        long journalBlocks,
        int seed) {
    static Plan of(
            LayoutParameters parameters, Contents contents, Geometry geometry, long fileBytes, long journalBlocks) {
        Allocation allocation = new Allocation(contents, geometry, new BlockMap(geometry), journalBlocks);
        int seed = new Superblock().uuid(parameters.uuid()).checksumSeed();
        return new Plan(parameters, contents, geometry, allocation, fileBytes, journalBlocks, seed);
    }

    Plan withFileBytes(long bytes) {
        return new Plan(parameters, contents, geometry, allocation, bytes, journalBlocks, seed);
    }

    /** Blocks in use, also if they are more than there are. */
    long usedBlocks() {
        return geometry.fixedBlocks() + allocation.used();
    }

    long freeBlocks() {
        return allocation.map().capacity() - allocation.used();
    }

    boolean fits() {
        return geometry.end() <= geometry.blocks()
                && freeBlocks() >= 0
                && contents.usedInodes() + parameters.freeInodes() <= geometry.inodes();
    }
}
