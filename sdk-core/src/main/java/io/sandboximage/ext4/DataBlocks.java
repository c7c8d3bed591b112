package io.sandboximage.ext4;

import io.sandboximage.ext4.internal.write.BlockRanges;
import io.sandboximage.filetree.FileContent;

/**
 * The blocks that a file's data takes, numbered from 0: holes have none, and data ranges that share a block share its number.
 * Immutable.
 */
public final class DataBlocks {
    private final BlockRanges ranges;

    private DataBlocks(BlockRanges ranges) {
        this.ranges = ranges;
    }

    /** @throws io.sandboximage.error.InvalidContentException if ext4 cannot hold such a file */
    public static DataBlocks of(FileContent content) {
        return new DataBlocks(BlockRanges.of(content));
    }

    /** How many there are. */
    public long count() {
        return ranges.blocks();
    }

    /** Where a byte of the file stands, counted in bytes from the start of its first data block; it must not be in a hole. */
    public long address(long fileOffset) {
        long block = ranges.indexOf(fileOffset / Ext4Options.BLOCK_BYTES);
        return block * Ext4Options.BLOCK_BYTES + fileOffset % Ext4Options.BLOCK_BYTES;
    }
}
