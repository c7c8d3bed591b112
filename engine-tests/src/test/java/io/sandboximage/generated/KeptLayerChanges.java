package io.sandboximage.generated;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;

/** Changes the files of a layer cache, most of them in what describes the layer; of some it makes the checksum right again. */
final class KeptLayerChanges {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS_BEFORE_END = 36;

    private KeptLayerChanges() {}

    /** Where the data ends and the description begins. */
    static int regionEnd(byte[] file) {
        long blocks =
                file.length < BLOCKS_BEFORE_END ? 0 : ByteBuffer.wrap(file).getLong(file.length - BLOCKS_BEFORE_END);
        return blocks < 0 || blocks > file.length / BLOCK_BYTES ? 0 : (int) blocks * BLOCK_BYTES;
    }

    static byte[] change(byte[] file, Random random) {
        return ByteChanges.change(file, random.nextInt(8) == 0 ? 0 : regionEnd(file), random);
    }

    /** @param diffId of the layer, as text */
    static void seal(byte[] file, String diffId) {
        int end = file.length - Integer.BYTES;
        int region = regionEnd(file);
        if (end <= region) {
            return;
        }
        CRC32C sum = new CRC32C();
        sum.update(diffId.getBytes(StandardCharsets.US_ASCII));
        sum.update(file, region, end - region);
        ByteBuffer.wrap(file).putInt(end, (int) sum.getValue());
    }
}
