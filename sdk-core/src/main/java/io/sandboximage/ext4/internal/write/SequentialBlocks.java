package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import java.nio.ByteBuffer;

/** Gathers blocks that follow each other on disk, so that they are written with few calls. For one thread. */
final class SequentialBlocks {
    private static final int BUFFER_BYTES = 64 * Ext4Format.BLOCK_BYTES;

    private final ImageFile file;
    private final ByteBuffer pending = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long nextBlock;

    SequentialBlocks(ImageFile file) {
        this.file = file;
    }

    /** @param content one block; is consumed to its limit */
    void put(long block, ByteBuffer content) {
        if (block != nextBlock || !pending.hasRemaining()) {
            flush();
        }
        pending.put(content);
        nextBlock = block + 1;
    }

    void flush() {
        if (pending.position() > 0) {
            long first = nextBlock - pending.position() / Ext4Format.BLOCK_BYTES;
            file.write(first << Ext4Format.BLOCK_SHIFT, pending.flip());
            pending.clear();
        }
    }
}
