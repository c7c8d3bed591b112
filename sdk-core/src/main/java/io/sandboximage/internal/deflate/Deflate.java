package io.sandboximage.internal.deflate;

/**
 * Compresses one chunk of a deflate stream (RFC 1951) as a pure function: the same bytes give the same bytes, whatever the JDK,
 * the machine or the number of threads. The JDK's own deflater does not promise that, since it is whatever zlib the JDK or its
 * host brings.
 */
final class Deflate {
    private static final int[] MAX_CHAIN = {1, 2, 4, 8, 12, 16, 32, 96, 256, 1024};
    private static final int[] NICE_LENGTH = {8, 8, 16, 24, 32, 64, 128, 192, 258, 258};
    /** Matches of this length are taken without a look at the next position. */
    private static final int GOOD_ENOUGH = 64;

    private Deflate() {}

    /**
     * @param data up to 32 KiB that came before the chunk, then the chunk
     * @param start where the chunk begins
     * @param end where it ends
     * @param level 1 (fast) to 9 (small)
     * @param last whether the stream ends with it; otherwise the result ends at a byte boundary
     */
    static byte[] compress(byte[] data, int start, int end, int level, boolean last) {
        BitWriter out = new BitWriter((end - start) / 2 + 64);
        MatchFinder finder = new MatchFinder(data, end, MAX_CHAIN[level], NICE_LENGTH[level]);
        finder.insertUpTo(start);
        DeflateBlock block = new DeflateBlock();
        int blockStart = start;
        int at = start;
        int length = finder.find(at, 0);
        while (at < end) {
            int position = finder.position();
            if (length > 0) {
                int next = length >= GOOD_ENOUGH || at + 1 >= end ? 0 : finder.find(at + 1, length);
                if (next == 0) {
                    block.match(length, at - position);
                    at += length;
                    finder.insertUpTo(at);
                    length = finder.find(at, 0);
                } else {
                    // The next position has a longer match: this byte stands for itself.
                    block.literal(data[at++] & 0xFF);
                    length = next;
                }
            } else {
                block.literal(data[at++] & 0xFF);
                length = finder.find(at, 0);
            }
            if (block.isFull()) {
                block.write(out, data, blockStart, last && at == end);
                blockStart = at;
                block = new DeflateBlock();
                if (last && at == end) {
                    return finished(out);
                }
            }
        }
        if (last || block.coveredBytes() > 0) {
            block.write(out, data, blockStart, last);
        }
        if (!last) {
            DeflateBlock.storedHeader(out, 0, false);
        }
        return finished(out);
    }

    private static byte[] finished(BitWriter out) {
        out.alignToByte();
        return out.toByteArray();
    }
}
