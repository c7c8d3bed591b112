package io.sandboximage.artifact;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.ext4.Ext4Superblock;
import java.nio.file.Path;

/**
 * How large chunks are. A manifest lists all chunks and may have 4 MiB: beyond {@value #FIRST_STEP_BYTES} bytes of data chunks
 * become twice as large with each doubling. Disks of different steps share little.
 *
 * @param min no chunk is cut before, unless a hole ends it
 * @param blocksPerCut after the smallest size, one of so many blocks ends a chunk
 * @param max every chunk is cut here
 */
record ChunkSizes(int min, int blocksPerCut, int max) {
    /** What chunks of any artifact may have: more is refused before it is allocated. */
    static final int LARGEST = 128 << 20;

    /** Half of the heap is others'. */
    private static final int HEAP_SHARE = 2;

    private static final int BUFFERS_PER_THREAD = 3;
    private static final long FIRST_STEP_BYTES = 32L << 30;
    private static final int MIN = 512 << 10;
    private static final int BLOCKS_PER_CUT = 384;
    private static final int MAX = 8 << 20;

    /** For what a file holds, as its file system tells, or else for all of it. */
    static ChunkSizes of(Path file, long sizeBytes) {
        try (Ext4Reader reader = Ext4Reader.open(file)) {
            Ext4Superblock superblock = reader.superblock();
            long used = (superblock.blockCount() - superblock.freeBlocks()) * superblock.blockBytes();
            return ofData(Math.min(sizeBytes, used));
        } catch (SandboxImageException e) {
            return ofData(sizeBytes); // No ext4, or none that is whole: it is pushed all the same.
        }
    }

    static ChunkSizes ofData(long bytes) {
        int step = 0;
        while (bytes > FIRST_STEP_BYTES << step && MAX << step < LARGEST) {
            step++;
        }
        return new ChunkSizes(MIN << step, BLOCKS_PER_CUT << step, MAX << step);
    }

    /**
     * How many threads may work at once.
     *
     * @param largest how large their chunks can be: each thread has one as it is on the disk, and one compressed
     */
    static int threads(int wanted, int largest) {
        long room = Runtime.getRuntime().maxMemory() / HEAP_SHARE / (BUFFERS_PER_THREAD * Math.max(1L, largest));
        return (int) Math.max(1, Math.min(wanted, room));
    }
}
