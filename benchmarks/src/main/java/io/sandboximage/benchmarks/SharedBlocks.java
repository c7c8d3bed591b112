package io.sandboximage.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Compares two file systems block by block, where the data of their layers stands. */
final class SharedBlocks {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_PER_GROUP = 32_768;

    /** Superblock, and descriptors of 2 TiB; before the data, and as copies in some groups. */
    private static final int COPY_BLOCKS = 257;

    private SharedBlocks() {}

    /** Which share of the first {@code count} blocks of data is equal, from 0 to 1. */
    static double share(Path one, Path other, long count) throws IOException {
        long equal = 0;
        byte[] mine = new byte[BLOCK_BYTES];
        byte[] theirs = new byte[BLOCK_BYTES];
        try (InputStream a = new BufferedInputStream(Files.newInputStream(one), 1 << 20);
                InputStream b = new BufferedInputStream(Files.newInputStream(other), 1 << 20)) {
            long data = 0;
            for (long block = 0; data < count; block++) {
                if (a.readNBytes(mine, 0, BLOCK_BYTES) + b.readNBytes(theirs, 0, BLOCK_BYTES) < 2 * BLOCK_BYTES) {
                    throw new IOException("The file systems end before the data of the layers");
                }
                if (!isCopy(block)) {
                    data++;
                    equal += Arrays.equals(mine, theirs) ? 1 : 0;
                }
            }
        }
        return (double) equal / count;
    }

    private static boolean isCopy(long block) {
        long group = block / BLOCKS_PER_GROUP;
        boolean copied = group <= 1 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
        return copied && block % BLOCKS_PER_GROUP < COPY_BLOCKS;
    }

    private static boolean isPower(long number, int base) {
        long power = base;
        while (power < number) {
            power *= base;
        }
        return power == number;
    }
}
