package io.sandboximage.testkit.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the entries of one layer of a {@link BulkImage}, without holding any; times count up from entry to entry. */
public final class BulkLayer {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int LINK = 157;
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int SIZE = 124;
    private static final int MTIME = 136;
    private static final int NUMBER_BYTES = 12;
    private static final long LARGEST_OCTAL = 077777777777L;
    private static final long SECONDS = 1_700_000_000L;
    private static final int CHUNK = 1 << 16;

    private final OutputStream tar;
    private final byte[] zeros = new byte[CHUNK];
    private final byte[] header = new byte[BLOCK];
    private long entries;

    /** Writes so many bytes of a file. */
    public interface Data {
        void write(OutputStream out, long bytes) throws IOException;
    }

    BulkLayer(OutputStream tar) {
        this.tar = tar;
    }

    /** How many entries were written. */
    public long entries() {
        return entries;
    }

    /** A directory; its path needs no slash at the end. */
    public void directory(String path) throws IOException {
        header(path.endsWith("/") ? path : path + "/", '5', 0755, 0, "");
    }

    /** A file of these bytes. */
    public void file(String path, byte[] bytes) throws IOException {
        file(path, bytes.length, (out, length) -> out.write(bytes));
    }

    /** A file of any size; {@code data} writes exactly so many bytes. */
    public void file(String path, long bytes, Data data) throws IOException {
        header(path, '0', 0644, bytes, "");
        data.write(tar, bytes);
        pad(bytes);
    }

    /** A file of zeros, which are all in the archive. */
    public void zeros(String path, long bytes) throws IOException {
        file(path, bytes, (out, length) -> writeZeros(length));
    }

    /**
     * A file of holes with data here and there, as GNU tar writes it (sparse format 1.0).
     *
     * @param ranges offset and length in turns, ascending
     */
    public void sparse(String path, long sizeBytes, Data data, long... ranges) throws IOException {
        StringBuilder map = new StringBuilder().append(ranges.length / 2).append('\n');
        long stored = 0;
        for (int i = 0; i < ranges.length; i += 2) {
            map.append(ranges[i]).append('\n').append(ranges[i + 1]).append('\n');
            stored += ranges[i + 1];
        }
        byte[] mapBytes = map.toString().getBytes(StandardCharsets.US_ASCII);
        int mapBlocks = (mapBytes.length + BLOCK - 1) / BLOCK * BLOCK;
        byte[] records = (record("GNU.sparse.major=1")
                        + record("GNU.sparse.minor=0")
                        + record("GNU.sparse.name=" + path)
                        + record("GNU.sparse.realsize=" + sizeBytes))
                .getBytes(StandardCharsets.UTF_8);
        header("PaxHeaders/sparse", 'x', 0644, records.length, "");
        tar.write(records);
        pad(records.length);
        entries--;
        header("GNUSparseFile.0/sparse", '0', 0644, mapBlocks + stored, "");
        tar.write(Arrays.copyOf(mapBytes, mapBlocks));
        for (int i = 1; i < ranges.length; i += 2) {
            data.write(tar, ranges[i]);
        }
        pad(stored);
    }

    public void hardLink(String path, String target) throws IOException {
        header(path, '1', 0644, 0, target);
    }

    public void symlink(String path, String target) throws IOException {
        header(path, '2', 0777, 0, target);
    }

    /** Removes what lower layers have at the path. */
    public void whiteout(String path) throws IOException {
        int name = path.lastIndexOf('/') + 1;
        header(path.substring(0, name) + ".wh." + path.substring(name), '0', 0644, 0, "");
    }

    void end() throws IOException {
        tar.write(zeros, 0, 2 * BLOCK);
    }

    private void header(String path, char type, int mode, long size, String target) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        byte[] link = target.getBytes(StandardCharsets.UTF_8);
        if (name.length > NAME_BYTES || link.length > NAME_BYTES) {
            throw new IllegalArgumentException("More than " + NAME_BYTES + " bytes: " + path + " " + target);
        }
        Arrays.fill(header, (byte) 0);
        System.arraycopy(name, 0, header, 0, name.length);
        octal(100, 8, mode);
        octal(108, 8, 0);
        octal(116, 8, 0);
        size(size);
        octal(MTIME, NUMBER_BYTES, SECONDS + entries++);
        Arrays.fill(header, CHECKSUM, CHECKSUM + CHECKSUM_BYTES, (byte) ' ');
        header[156] = (byte) type;
        System.arraycopy(link, 0, header, LINK, link.length);
        byte[] magic = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
        System.arraycopy(magic, 0, header, 257, magic.length);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        octal(CHECKSUM, CHECKSUM_BYTES - 1, sum);
        tar.write(header);
    }

    /** What does not fit octal digits stands there in base 256 (GNU tar, "Numeric Fields"). */
    private void size(long bytes) {
        if (bytes <= LARGEST_OCTAL) {
            octal(SIZE, NUMBER_BYTES, bytes);
            return;
        }
        long left = bytes;
        for (int i = SIZE + NUMBER_BYTES - 1; i >= SIZE; i--) {
            header[i] = (byte) left;
            left >>= 8;
        }
        header[SIZE] |= (byte) 0x80;
    }

    /** Digits up to the last byte, which is NUL. */
    private void octal(int offset, int length, long value) {
        long left = value;
        for (int i = offset + length - 2; i >= offset; i--) {
            header[i] = (byte) ('0' + (left & 7));
            left >>>= 3;
        }
        header[offset + length - 1] = 0;
    }

    private static String record(String keyAndValue) {
        int body = keyAndValue.getBytes(StandardCharsets.UTF_8).length + 2;
        int length = body + 1;
        while (length != body + Integer.toString(length).length()) {
            length++;
        }
        return length + " " + keyAndValue + "\n";
    }

    private void pad(long bytes) throws IOException {
        tar.write(zeros, 0, (int) (-bytes & (BLOCK - 1)));
    }

    private void writeZeros(long bytes) throws IOException {
        for (long left = bytes; left > 0; left -= CHUNK) {
            tar.write(zeros, 0, (int) Math.min(left, CHUNK));
        }
    }
}
