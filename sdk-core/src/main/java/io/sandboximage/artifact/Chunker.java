package io.sandboximage.artifact;

import io.sandboximage.internal.io.Zeros;
import java.util.zip.CRC32C;

/**
 * Cuts a disk into chunks by its content: a chunk ends after a block whose checksum is one of a few, so that equal data is cut alike
 * wherever it stands, and data that moved by whole blocks, as the layers above a changed one do, is found again. Holes of {@value
 * #HOLE_BYTES} bytes and more belong to no chunk. For one thread.
 */
final class Chunker {
    /** Data on disks is aligned to this. */
    static final int BLOCK_BYTES = 4096;

    private static final int HOLE_BYTES = 1 << 20;
    private static final int HOLE_BLOCKS = HOLE_BYTES / BLOCK_BYTES;

    private final ChunkSizes sizes;
    private final Target target;
    private final CRC32C checksum = new CRC32C();
    private byte[] buffer = {};
    private long start;
    private int filled;
    /** How much of what is filled is zero at its end. */
    private int zeros;

    /** Takes chunks as they end. */
    interface Target {
        /** An array that may be written to, with room for the largest chunk. */
        byte[] buffer();

        /** @param bytes an array that was given by {@link #buffer} */
        void chunk(long offset, byte[] bytes, int length);
    }

    Chunker(ChunkSizes sizes, Target target) {
        this.sizes = sizes;
        this.target = target;
    }

    /**
     * Takes what follows on the disk.
     *
     * @param data whole blocks; only at the end of the disk a part of one
     */
    void add(long offset, byte[] data) {
        for (int at = 0; at < data.length; at += BLOCK_BYTES) {
            block(offset + at, data, at, Math.min(BLOCK_BYTES, data.length - at));
        }
    }

    private void block(long offset, byte[] data, int from, int length) {
        boolean zero = Zeros.only(data, from, from + length);
        if (filled == 0) {
            if (zero) {
                return;
            }
            start = offset;
            if (buffer.length == 0) {
                buffer = target.buffer();
            }
        }
        System.arraycopy(data, from, buffer, filled, length);
        filled += length;
        zeros = zero ? zeros + length : 0;
        if (zeros >= HOLE_BLOCKS * BLOCK_BYTES
                || filled + BLOCK_BYTES > sizes.max()
                || (!zero && cut(data, from, length))) {
            end();
        }
    }

    private boolean cut(byte[] data, int from, int length) {
        if (filled < sizes.min()) {
            return false;
        }
        checksum.reset();
        checksum.update(data, from, length);
        return Integer.remainderUnsigned((int) checksum.getValue(), sizes.blocksPerCut()) == 0;
    }

    /** Ends the chunk that is begun, if any; what is zero at its end is left out. */
    void end() {
        int length = filled - zeros;
        if (filled > 0 && length > 0) {
            target.chunk(start, buffer, length);
            buffer = new byte[0];
        }
        filled = 0;
        zeros = 0;
    }
}
