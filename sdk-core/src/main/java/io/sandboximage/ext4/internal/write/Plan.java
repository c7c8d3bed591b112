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
        GroupTables tables,
        long fileBytes,
        long journalBlocks,
        int seed) {
    /** @param files of a map for this geometry */
    static Plan of(
            LayoutParameters parameters,
            Contents contents,
            Allocation files,
            Geometry geometry,
            long fileBytes,
            long journalBlocks) {
        Allocation allocation = files.with(journalBlocks, geometry.resizeInode());
        GroupTables tables = new GroupTables(geometry, files.map(), allocation.end());
        int seed = new Superblock().uuid(parameters.uuid()).checksumSeed();
        return new Plan(parameters, contents, geometry, allocation, tables, fileBytes, journalBlocks, seed);
    }

    Plan withFileBytes(long bytes) {
        return new Plan(parameters, contents, geometry, allocation, tables, bytes, journalBlocks, seed);
    }

    /** Blocks in use, also if they are more than there are. */
    long usedBlocks() {
        return geometry.allCopyBlocks() + allocation.used() + tables.blocks();
    }

    long freeBlocks() {
        return geometry.blocks() - usedBlocks();
    }

    boolean fits() {
        long inodes = parameters.inodes() >= 0 ? parameters.inodes() : contents.usedInodes() + parameters.freeInodes();
        return tables.end() <= geometry.blocks() && inodes <= geometry.inodes();
    }
}
