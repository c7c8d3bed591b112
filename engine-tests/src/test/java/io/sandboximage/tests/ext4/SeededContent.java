package io.sandboximage.tests.ext4;

import io.sandboximage.filetree.FileContent;
import java.nio.ByteBuffer;
import java.util.List;

/** A file whose bytes follow from a seed and their offset. */
final class SeededContent extends FileContent {
    private final long seed;

    SeededContent(long seed, long sizeBytes, List<Range> data) {
        super(sizeBytes, data);
        this.seed = seed;
    }

    /** The bytes from an offset, as many as fit; holes are not looked at. */
    void fill(long offset, ByteBuffer target) {
        long at = offset;
        while (target.hasRemaining()) {
            long word = (at / Long.BYTES + seed) * 0x9E3779B97F4A7C15L;
            target.put((byte) ((word ^ (word >>> 29)) >>> (at % Long.BYTES * Byte.SIZE)));
            at++;
        }
    }

    /** The whole content, with zeros in the holes. */
    byte[] bytes() {
        byte[] all = new byte[Math.toIntExact(sizeBytes())];
        for (Range range : data()) {
            fill(range.offset(), ByteBuffer.wrap(all, (int) range.offset(), (int) range.length()));
        }
        return all;
    }
}
