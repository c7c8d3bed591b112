package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.image.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * What a kept layer's file holds beside the data of its region, big-endian:
 *
 * <pre>
 * region | CRC32C of each MiB of it, u32 each | zeros | index | magic u64, format u32, flags u32, region blocks u64, index bytes u64,
 *                                                       entries u64, uncompressed bytes u64, CRC32C u32
 * </pre>
 *
 * A bit of {@code zeros} is set for each MiB that is nothing but zeros; it is a hole. The last checksum is over everything behind the region, and over the diff ID, so that a file under a wrong name is told as well.
 *
 * @param blocks of the region
 * @param uncompressedBytes of the layer
 * @param sums of the region
 */
record LayerTail(LayerIndex index, long blocks, long uncompressedBytes, int[] sums, ZeroChunks zeros) {
    /** To be raised whenever index or region of a layer become other bytes than before. */
    static final int FORMAT = 2;

    private static final long MAGIC = 0x5342_4C41_5945_520AL; // "SBLAYER\n"
    private static final int FOOTER_BYTES = 2 * Integer.BYTES + 5 * Long.BYTES + Integer.BYTES;
    private static final int WHITEOUTS = 1;

    long regionBytes() {
        return blocks * Ext4Options.BLOCK_BYTES;
    }

    ByteBuffer bytes(Digest diffId) {
        int indexBytes = Math.toIntExact(index.sizeBytes());
        ByteBuffer bytes = ByteBuffer.allocate(sumsBytes(sums.length) + indexBytes + FOOTER_BYTES);
        for (int sum : sums) {
            bytes.putInt(sum);
        }
        bytes.put(zeros.toArray(sums.length));
        index.copyTo(bytes);
        bytes.putLong(MAGIC)
                .putInt(FORMAT)
                .putInt(index.hasWhiteouts() ? WHITEOUTS : 0)
                .putLong(blocks)
                .putLong(indexBytes)
                .putLong(index.entries())
                .putLong(uncompressedBytes);
        return bytes.putInt(checksum(bytes.duplicate().flip(), diffId)).flip();
    }

    /**
     * @throws InvalidContentException if the file is not whole, damaged, of another format or another layer
     * @throws IOException if it cannot be read
     */
    static LayerTail read(FileChannel file, Digest diffId) throws IOException {
        long size = file.size();
        require(size >= FOOTER_BYTES);
        ByteBuffer footer = read(file, size - FOOTER_BYTES, FOOTER_BYTES);
        require(footer.getLong() == MAGIC);
        require(footer.getInt() == FORMAT);
        int flags = footer.getInt();
        long blocks = footer.getLong();
        long indexBytes = footer.getLong();
        require(blocks >= 0 && blocks <= size / Ext4Options.BLOCK_BYTES && indexBytes >= 0 && indexBytes <= size);
        int sums = RegionSums.count(blocks * Ext4Options.BLOCK_BYTES);
        long tail = sumsBytes(sums) + indexBytes + FOOTER_BYTES;
        require(size == blocks * Ext4Options.BLOCK_BYTES + tail && tail <= Integer.MAX_VALUE);
        ByteBuffer bytes = read(file, size - tail, (int) tail);
        int end = bytes.limit() - Integer.BYTES;
        require(bytes.getInt(end) == checksum(bytes.duplicate().limit(end), diffId));
        int[] each = new int[sums];
        for (int i = 0; i < sums; i++) {
            each[i] = bytes.getInt();
        }
        byte[] zeros = new byte[ZeroChunks.arrayBytes(sums)];
        bytes.get(zeros);
        ByteBuffer index = bytes.slice(bytes.position(), (int) indexBytes);
        return new LayerTail(
                new LayerIndex(index, footer.getLong(), (flags & WHITEOUTS) != 0),
                blocks,
                footer.getLong(),
                each,
                ZeroChunks.of(zeros));
    }

    private static int sumsBytes(int count) {
        return count * Integer.BYTES + ZeroChunks.arrayBytes(count);
    }

    private static ByteBuffer read(FileChannel file, long position, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException("The file has become shorter");
            }
        }
        return bytes.flip();
    }

    private static int checksum(ByteBuffer bytes, Digest diffId) {
        CRC32C crc = new CRC32C();
        crc.update(diffId.toString().getBytes(StandardCharsets.US_ASCII));
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void require(boolean sound) {
        if (!sound) {
            throw new InvalidContentException("A kept layer is damaged or was written by another version");
        }
    }
}
