package io.sandboximage.testkit.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes tar archives to the byte: binary attributes and names, GNU and PAX extensions, sparse files. The same calls, the same bytes. */
public final class RawTar {
    private static final int BLOCK = 512;
    private static final int NAME_BYTES = 100;
    private static final int HEADER_PAIRS = 4;
    private static final int EXTENSION_PAIRS = 21;
    private static final long LARGEST_OCTAL_7 = 07777777;
    private static final long LARGEST_OCTAL_11 = 077777777777L;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** Adds entries in this order. */
    public RawTar add(TarItem... items) {
        for (TarItem item : items) {
            write(item);
        }
        return this;
    }

    /** The archive with its two closing blocks. */
    public byte[] build() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(out.size() + 2 * BLOCK);
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[2 * BLOCK]);
        return whole.toByteArray();
    }

    private void write(TarItem item) {
        Map<String, byte[]> pax = new LinkedHashMap<>();
        byte[] data = item.data;
        byte[] extension = {};
        byte[] name = item.path;
        byte[] prefix = {};
        if (item.realSize >= 0) {
            switch (item.sparse) {
                case OLD_GNU -> extension = extensionBlocks(item.ranges);
                case PAX_0_0 -> {
                    pax.put("GNU.sparse.size", decimal(item.realSize));
                    pax.put("GNU.sparse.numblocks", decimal(item.ranges.size()));
                }
                case PAX_0_1 -> {
                    pax.put("GNU.sparse.name", name);
                    pax.put("GNU.sparse.size", decimal(item.realSize));
                    pax.put("GNU.sparse.numblocks", decimal(item.ranges.size()));
                    pax.put("GNU.sparse.map", text(joined(item.ranges, ",")));
                    name = text("GNUSparseFile.0/sparse");
                }
                case PAX_1_0 -> {
                    pax.put("GNU.sparse.major", text("1"));
                    pax.put("GNU.sparse.minor", text("0"));
                    pax.put("GNU.sparse.name", name);
                    pax.put("GNU.sparse.realsize", decimal(item.realSize));
                    name = text("GNUSparseFile.0/sparse");
                    data = withMap(item);
                }
            }
        }
        if (item.gnuNames) {
            longName('L', item.path);
            longName('K', item.linkTarget);
        } else {
            int split = item.ustarPrefix && name == item.path ? split(name) : -1;
            if (split >= 0) {
                prefix = Arrays.copyOf(name, split);
                name = Arrays.copyOfRange(name, split + 1, name.length);
            } else if (name.length > NAME_BYTES || !isAscii(name)) {
                pax.put("path", name);
            }
            if (item.linkTarget.length > NAME_BYTES || !isAscii(item.linkTarget)) {
                pax.put("linkpath", item.linkTarget);
            }
        }
        boolean base256 = item.gnuNames;
        if (item.uid > LARGEST_OCTAL_7 && !base256) {
            pax.put("uid", decimal(item.uid));
        }
        if (item.gid > LARGEST_OCTAL_7 && !base256) {
            pax.put("gid", decimal(item.gid));
        }
        if (item.nanos != 0 || (!base256 && (item.seconds < 0 || item.seconds > LARGEST_OCTAL_11))) {
            pax.put("mtime", text(time(item.seconds, item.nanos)));
        }
        item.xattrs.forEach((key, value) -> pax.put("SCHILY.xattr." + key, value));
        pax.putAll(item.pax);
        List<byte[]> records = records(pax);
        if (item.realSize >= 0 && item.sparse == TarItem.SparseForm.PAX_0_0) {
            for (long[] range : item.ranges) {
                records.add(record("GNU.sparse.offset", decimal(range[0])));
                records.add(record("GNU.sparse.numbytes", decimal(range[1])));
            }
        }
        if (!records.isEmpty()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            records.forEach(all::writeBytes);
            byte[] header = header('x', text("PaxHeaders/entry"), all.size());
            out.writeBytes(checksummed(header));
            padded(all.toByteArray());
        }
        byte[] header = header(item.type, name, data.length);
        put(header, 157, item.linkTarget, NAME_BYTES);
        octal(header, 100, 8, item.mode);
        number(header, 108, 8, item.uid, base256);
        number(header, 116, 8, item.gid, base256);
        number(header, 136, 12, item.seconds, base256);
        octal(header, 329, 8, item.major);
        octal(header, 337, 8, item.minor);
        put(header, 345, prefix, 155);
        if (item.gnuNames) {
            put(header, 257, text("ustar  \0"), 8);
        }
        if (item.v7) {
            Arrays.fill(header, 257, BLOCK, (byte) 0);
        }
        if (item.type == 'S') {
            oldSparse(header, item);
        }
        out.writeBytes(checksummed(header));
        out.writeBytes(extension);
        padded(data);
    }

    private void longName(char type, byte[] name) {
        if (name.length > NAME_BYTES) {
            byte[] terminated = Arrays.copyOf(name, name.length + 1);
            byte[] header = header(type, text("././@LongLink"), terminated.length);
            put(header, 257, text("ustar  \0"), 8);
            out.writeBytes(checksummed(header));
            padded(terminated);
        }
    }

    private static void oldSparse(byte[] header, TarItem item) {
        put(header, 257, text("ustar  \0"), 8);
        Arrays.fill(header, 329, BLOCK, (byte) 0);
        for (int i = 0; i < Math.min(HEADER_PAIRS, item.ranges.size()); i++) {
            pair(header, 386 + i * 24, item.ranges.get(i));
        }
        header[482] = (byte) (item.ranges.size() > HEADER_PAIRS ? 1 : 0);
        octal(header, 483, 12, item.realSize);
    }

    private static byte[] extensionBlocks(List<long[]> ranges) {
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        for (int start = HEADER_PAIRS; start < ranges.size(); start += EXTENSION_PAIRS) {
            byte[] block = new byte[BLOCK];
            int end = Math.min(start + EXTENSION_PAIRS, ranges.size());
            for (int i = start; i < end; i++) {
                pair(block, (i - start) * 24, ranges.get(i));
            }
            block[504] = (byte) (end < ranges.size() ? 1 : 0);
            blocks.writeBytes(block);
        }
        return blocks.toByteArray();
    }

    private static byte[] withMap(TarItem item) {
        byte[] map = text(item.ranges.size() + "\n" + (item.ranges.isEmpty() ? "" : joined(item.ranges, "\n") + "\n"));
        byte[] all = Arrays.copyOf(map, (map.length + BLOCK - 1) / BLOCK * BLOCK + item.data.length);
        System.arraycopy(item.data, 0, all, all.length - item.data.length, item.data.length);
        return all;
    }

    private static String joined(List<long[]> ranges, String separator) {
        List<String> numbers = new ArrayList<>();
        for (long[] range : ranges) {
            numbers.add(Long.toString(range[0]));
            numbers.add(Long.toString(range[1]));
        }
        return String.join(separator, numbers);
    }

    private static List<byte[]> records(Map<String, byte[]> pax) {
        List<byte[]> records = new ArrayList<>();
        pax.forEach((key, value) -> records.add(record(key, value)));
        return records;
    }

    private static byte[] record(String key, byte[] value) {
        byte[] name = text(key);
        int body = name.length + value.length + 3;
        int length = body + 1;
        while (length != body + Integer.toString(length).length()) {
            length++;
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(text(length + " "));
        record.writeBytes(name);
        record.write('=');
        record.writeBytes(value);
        record.write('\n');
        return record.toByteArray();
    }

    private static byte[] header(char type, byte[] name, long size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name, NAME_BYTES);
        header[156] = (byte) type;
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, size);
        octal(header, 136, 12, 0);
        put(header, 257, text("ustar\00000"), 8);
        return header;
    }

    private static byte[] checksummed(byte[] header) {
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        octal(header, 148, 7, sum);
        return header;
    }

    private static void pair(byte[] block, int offset, long[] range) {
        octal(block, offset, 12, range[0]);
        octal(block, offset + 12, 12, range[1]);
    }

    private static void octal(byte[] block, int offset, int length, long value) {
        String digits = Long.toOctalString(value);
        put(block, offset, text("0".repeat(Math.max(0, length - 1 - digits.length())) + digits + "\0"), length);
    }

    /** What does not fit octal digits stands in a PAX record, or here in base 256 (GNU tar, "Numeric Fields"). */
    private static void number(byte[] block, int offset, int length, long value, boolean base256) {
        boolean fits = value >= 0 && value < 1L << (3 * (length - 1));
        if (fits || !base256) {
            octal(block, offset, length, fits ? value : 0);
            return;
        }
        long left = value;
        for (int i = length - 1; i >= 0; i--) {
            block[offset + i] = (byte) left;
            left >>= 8;
        }
        block[offset] |= (byte) 0x80;
    }

    /** The slash at which a path divides into a prefix of at most 155 bytes and a name of at most 100, or -1. */
    private static int split(byte[] path) {
        if (path.length <= NAME_BYTES) {
            return -1;
        }
        for (int i = Math.min(path.length - 2, 155); i >= Math.max(1, path.length - 1 - NAME_BYTES); i--) {
            if (path[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    private static void put(byte[] block, int offset, byte[] value, int length) {
        System.arraycopy(value, 0, block, offset, Math.min(value.length, length));
    }

    private static String time(long seconds, int nanos) {
        // PAX writes -1.5 for what is -2 seconds and 500,000,000 nanoseconds.
        boolean negative = seconds < 0;
        long whole = negative && nanos > 0 ? -(seconds + 1) : Math.abs(seconds);
        int fraction = negative && nanos > 0 ? 1_000_000_000 - nanos : nanos;
        String digits = Integer.toString(fraction);
        return (negative ? "-" : "") + whole + "." + "0".repeat(9 - digits.length()) + digits;
    }

    private void padded(byte[] data) {
        out.writeBytes(data);
        out.writeBytes(new byte[(BLOCK - data.length % BLOCK) % BLOCK]);
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] decimal(long value) {
        return text(Long.toString(value));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
