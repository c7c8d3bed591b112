package io.sandboximage.rootfs.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Checksums of a region, one for each {@link #CHUNK_BYTES}; the last may stand for less. They tell data that a disk lost or changed,
 * not data that somebody forged. For one thread.
 */
final class RegionSums {
    static final int CHUNK_BYTES = 1 << 20;

    private final CRC32C crc = new CRC32C();
    private int[] sums = new int[16];
    private int count;

    /** @param chunk is consumed to its limit */
    void add(ByteBuffer chunk) {
        if (count == sums.length) {
            sums = Arrays.copyOf(sums, 2 * count);
        }
        sums[count++] = of(chunk);
    }

    int of(ByteBuffer chunk) {
        crc.reset();
        crc.update(chunk);
        return (int) crc.getValue();
    }

    int[] toArray() {
        return Arrays.copyOf(sums, count);
    }

    static int count(long bytes) {
        return Math.toIntExact((bytes + CHUNK_BYTES - 1) / CHUNK_BYTES);
    }
}
