package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.image.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What is to be known of a snapshot so that a later one of an image with the same lowest layers can begin as its copy. Stands at the
 * end of a file, big-endian:
 *
 * <pre>
 * layers u32, each: length u8, diff ID | end of each region u64 | gaps u32, each: start u64, length u64
 * | start of the area u64 | bytes before all this u64 | bytes of all this u32 | magic u64 | CRC32C of all this u32
 * </pre>
 *
 * @param areaStart where on disk the regions begin
 * @param layers diff IDs, bottom first
 * @param ends of the layers' regions, in blocks
 * @param gaps of the regions, in bytes: what no file had, and is zero
 */
public record EarlierSnapshot(long areaStart, List<Digest> layers, List<Long> ends, List<Range> gaps) {
    private static final long MAGIC = 0x5342_534E_4150_320AL; // "SBSNAP2\n"
    private static final int FOOTER_BYTES = 3 * Long.BYTES + 2 * Integer.BYTES;
    private static final int MOST_BYTES = 64 << 20;

    /** Blocks at the start of the area that hold the same as in an image with these layers, if files that are hidden are left aside. */
    Shared shared(List<Digest> others) {
        int count = 0;
        while (count < layers.size()
                && count < others.size()
                && layers.get(count).equals(others.get(count))) {
            count++;
        }
        long bytes = count == 0 ? 0 : ends.get(count - 1) * Ext4Options.BLOCK_BYTES;
        return new Shared(
                count,
                bytes,
                gaps.stream().takeWhile(gap -> gap.offset() < bytes).toList());
    }

    /**
     * What two images have in common.
     *
     * @param layers how many, from the bottom
     * @param bytes of their regions
     * @param gaps the first ones, the last of which may pass the regions
     */
    public record Shared(int layers, long bytes, List<Range> gaps) {
        public static final Shared NOTHING = new Shared(0, 0, List.of());
    }

    /** A name for all snapshots that have the same in their regions. */
    String name() {
        StringBuilder facts = new StringBuilder().append(areaStart);
        layers.forEach(layer -> facts.append('\n').append(layer));
        return Digest.sha256(facts.toString().getBytes(StandardCharsets.US_ASCII))
                .hex();
    }

    /** @param before size of the file so far */
    ByteBuffer bytes(long before) {
        int digests =
                layers.stream().mapToInt(layer -> 1 + layer.toString().length()).sum();
        ByteBuffer bytes = ByteBuffer.allocate(
                2 * Integer.BYTES + digests + ends.size() * Long.BYTES + gaps.size() * 2 * Long.BYTES + FOOTER_BYTES);
        bytes.putInt(layers.size());
        for (Digest layer : layers) {
            byte[] text = layer.toString().getBytes(StandardCharsets.US_ASCII);
            bytes.put((byte) text.length).put(text);
        }
        ends.forEach(bytes::putLong);
        bytes.putInt(gaps.size());
        gaps.forEach(gap -> bytes.putLong(gap.offset()).putLong(gap.length()));
        bytes.putLong(areaStart).putLong(before).putInt(bytes.capacity()).putLong(MAGIC);
        return bytes.putInt(checksum(bytes.duplicate().flip())).flip();
    }

    /**
     * @throws InvalidContentException if the file is not whole, damaged or of another format
     * @throws IOException if it cannot be read
     */
    static EarlierSnapshot read(FileChannel file) throws IOException {
        long size = file.size();
        require(size >= FOOTER_BYTES);
        ByteBuffer footer = read(file, size - FOOTER_BYTES, FOOTER_BYTES);
        long areaStart = footer.getLong();
        long before = footer.getLong();
        int length = footer.getInt();
        require(footer.getLong() == MAGIC);
        require(length >= FOOTER_BYTES && length <= MOST_BYTES && before == size - length);
        ByteBuffer bytes = read(file, before, length);
        require(footer.getInt() == checksum(bytes.duplicate().limit(length - Integer.BYTES)));
        List<Digest> layers = new ArrayList<>();
        for (int left = bytes.getInt(); left > 0; left--) {
            byte[] text = new byte[bytes.get()];
            bytes.get(text);
            layers.add(Digest.parse(new String(text, StandardCharsets.US_ASCII)));
        }
        List<Long> ends = new ArrayList<>();
        for (int left = layers.size(); left > 0; left--) {
            ends.add(bytes.getLong());
        }
        List<Range> gaps = new ArrayList<>();
        for (int left = bytes.getInt(); left > 0; left--) {
            gaps.add(new Range(bytes.getLong(), bytes.getLong()));
        }
        return new EarlierSnapshot(areaStart, layers, ends, gaps);
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

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void require(boolean sound) {
        if (!sound) {
            throw new InvalidContentException("A kept snapshot is damaged or was written by another version");
        }
    }
}
