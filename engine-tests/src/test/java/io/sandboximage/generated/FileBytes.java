package io.sandboximage.generated;

import java.util.Arrays;
import java.util.List;

/**
 * What a file of a generated image holds: its size, and what stands where; zeros everywhere else.
 *
 * @param ranges pairs of offset and length, ascending
 * @param data what the ranges hold, one after the other
 * @param sparse whether the archive leaves the zeros out
 */
record FileBytes(long size, List<long[]> ranges, byte[] data, boolean sparse) {
    static final FileBytes EMPTY = whole(new byte[0]);

    static FileBytes whole(byte[] data) {
        return new FileBytes(data.length, List.of(new long[] {0, data.length}), data, false);
    }

    /** A digest of all that is not zero, block by block, which does not depend on where the holes are. */
    String digest() {
        BlockDigest digest = new BlockDigest(size);
        int at = 0;
        for (long[] range : ranges) {
            int length = (int) range[1];
            digest.add(range[0], Arrays.copyOfRange(data, at, at + length));
            at += length;
        }
        return digest.hex();
    }
}
