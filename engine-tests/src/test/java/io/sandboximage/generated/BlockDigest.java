package io.sandboximage.generated;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Tells contents apart by their size and by the number and bytes of each block that is not all zeros. */
final class BlockDigest {
    private static final int BLOCK_BYTES = 4096;

    private final long size;
    private final TreeMap<Long, byte[]> blocks = new TreeMap<>();

    BlockDigest(long size) {
        this.size = size;
    }

    void add(long offset, byte[] bytes) {
        int done = 0;
        while (done < bytes.length) {
            long at = offset + done;
            int inBlock = (int) (at % BLOCK_BYTES);
            int n = Math.min(BLOCK_BYTES - inBlock, bytes.length - done);
            byte[] block = blocks.computeIfAbsent(at / BLOCK_BYTES, key -> new byte[BLOCK_BYTES]);
            System.arraycopy(bytes, done, block, inBlock, n);
            done += n;
        }
    }

    String hex() {
        CRC32C sum = new CRC32C();
        byte[] zeros = new byte[BLOCK_BYTES];
        blocks.forEach((number, block) -> {
            if (!Arrays.equals(block, zeros)) {
                sum.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
                sum.update(block);
            }
        });
        return size + ":" + Long.toHexString(sum.getValue());
    }
}
