package io.sandboximage.rootfs.internal;

import java.util.BitSet;

/**
 * Which chunks of a region, of {@link RegionSums#CHUNK_BYTES} each, are nothing but zeros: they are written nowhere and stay holes.
 * Filled by one thread, then read by any.
 */
final class ZeroChunks {
    private static final long CHUNK_BYTES = RegionSums.CHUNK_BYTES;

    private final BitSet chunks;

    ZeroChunks() {
        this(new BitSet());
    }

    private ZeroChunks(BitSet chunks) {
        this.chunks = chunks;
    }

    /** Of what {@link #toArray} gave. */
    static ZeroChunks of(byte[] bits) {
        return new ZeroChunks(BitSet.valueOf(bits));
    }

    /** One bit for each of so many chunks. */
    byte[] toArray(int count) {
        byte[] bits = new byte[arrayBytes(count)];
        byte[] set = chunks.toByteArray();
        System.arraycopy(set, 0, bits, 0, set.length);
        return bits;
    }

    static int arrayBytes(int count) {
        return (count + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Takes a piece of a region, in bytes. */
    interface Piece {
        void accept(long from, long bytes);
    }

    /** @param start of the chunk, in the region */
    void add(long start) {
        chunks.set((int) (start / CHUNK_BYTES));
    }

    boolean contains(int chunk) {
        return chunks.get(chunk);
    }

    /** Divides a piece of the region into what holds data and what does not. */
    void divide(long from, long bytes, Piece data, Piece zeros) {
        long end = from + bytes;
        long at = from;
        while (at < end) {
            int chunk = (int) (at / CHUNK_BYTES);
            boolean zero = chunks.get(chunk);
            int next = zero ? chunks.nextClearBit(chunk) : chunks.nextSetBit(chunk);
            long to = next < 0 ? end : Math.min(end, next * CHUNK_BYTES);
            (zero ? zeros : data).accept(at, to - at);
            at = to;
        }
    }
}
