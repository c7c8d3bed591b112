package io.sandboximage.rootfs.internal.tar;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes tar archives field by field, also such as no honest tool writes. */
public final class TestTar {
    private static final int BLOCK = 512;
    private static final int CHUNK_BYTES = 1000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An archive in pieces that end in the middle of headers and data. */
    public static TarChunks chunks(byte[] archive) {
        ByteBuffer left = ByteBuffer.wrap(archive);
        return () -> {
            if (!left.hasRemaining()) {
                return null;
            }
            ByteBuffer chunk = left.slice(left.position(), Math.min(CHUNK_BYTES, left.remaining()));
            left.position(left.position() + chunk.remaining());
            return chunk;
        };
    }

    public TestTar directory(String path) {
        return add(path, '5', e -> e.mode(0755));
    }

    public TestTar file(String path, String content) {
        return add(path, '0', e -> e.data(content));
    }

    public TestTar symlink(String path, String target) {
        return add(path, '2', e -> e.mode(0777).link(target));
    }

    public TestTar hardLink(String path, String target) {
        return add(path, '1', e -> e.link(target));
    }

    public TestTar whiteout(String path) {
        return file(path, "");
    }

    public TestTar add(String path, char type, Consumer<Entry> more) {
        Entry entry = new Entry(path.getBytes(StandardCharsets.UTF_8), type);
        more.accept(entry);
        entry.write();
        return this;
    }

    /** A PAX header for the next entry; a pair is a key and a value. */
    public TestTar pax(String... pairs) {
        byte[][] bytes = new byte[pairs.length][];
        for (int i = 0; i < pairs.length; i++) {
            bytes[i] = pairs[i].getBytes(StandardCharsets.UTF_8);
        }
        return pax('x', bytes);
    }

    public TestTar pax(char type, byte[]... pairs) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < pairs.length; i += 2) {
            int body = pairs[i].length + pairs[i + 1].length + 3;
            int length = body + 1;
            while (length != body + String.valueOf(length).length()) {
                length++;
            }
            records.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
            records.writeBytes(pairs[i]);
            records.write('=');
            records.writeBytes(pairs[i + 1]);
            records.write('\n');
        }
        return raw(type, records.toByteArray());
    }

    /** An entry of any type with the given data. */
    public TestTar raw(char type, byte[] data) {
        return add("././@Extension", type, e -> e.data(data));
    }

    public TestTar bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** The archive with its two closing blocks. */
    public byte[] build() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[2 * BLOCK]);
        return whole.toByteArray();
    }

    /** The archive as far as it was written. */
    public byte[] unfinished() {
        return out.toByteArray();
    }

    /** One header and its data. */
    public final class Entry {
        private final byte[] header = new byte[BLOCK];
        private byte[] data = new byte[0];
        private long claimedSize = -1;
        private boolean badChecksum;
        private byte[] between = new byte[0];

        private Entry(byte[] path, char type) {
            field(0, path, 100);
            header[156] = (byte) type;
            mode(0644);
            uid(0);
            gid(0);
            mtime(1_000_000_000);
            ustar();
        }

        public Entry path(byte[] path) {
            Arrays.fill(header, 0, 100, (byte) 0);
            field(0, path, 100);
            return this;
        }

        public Entry prefix(String prefix) {
            field(345, prefix.getBytes(StandardCharsets.UTF_8), 155);
            return this;
        }

        public Entry ustar() {
            field(257, "ustar\00000".getBytes(StandardCharsets.US_ASCII), 8);
            return this;
        }

        public Entry gnu() {
            field(257, "ustar  \0".getBytes(StandardCharsets.US_ASCII), 8);
            return this;
        }

        public Entry mode(int mode) {
            return octal(100, 8, mode);
        }

        public Entry uid(long uid) {
            return octal(108, 8, uid);
        }

        public Entry gid(long gid) {
            return octal(116, 8, gid);
        }

        public Entry mtime(long mtime) {
            return octal(136, 12, mtime);
        }

        public Entry link(String target) {
            return link(target.getBytes(StandardCharsets.UTF_8));
        }

        public Entry link(byte[] target) {
            field(157, target, 100);
            return this;
        }

        public Entry device(int major, int minor) {
            return octal(329, 8, major).octal(337, 8, minor);
        }

        public Entry data(String text) {
            return data(text.getBytes(StandardCharsets.UTF_8));
        }

        public Entry data(byte[] bytes) {
            data = bytes;
            return this;
        }

        /** What the header tells, whatever the data. */
        public Entry size(long size) {
            claimedSize = size;
            return this;
        }

        public Entry badChecksum() {
            badChecksum = true;
            return this;
        }

        public Entry octal(int offset, int length, long value) {
            String digits = Long.toOctalString(value);
            String text = "0".repeat(Math.max(0, length - 1 - digits.length())) + digits + "\0";
            field(offset, text.getBytes(StandardCharsets.US_ASCII), length);
            return this;
        }

        public Entry base256(int offset, int length, long value) {
            long left = value;
            for (int i = length - 1; i >= 0; i--) {
                header[offset + i] = (byte) left;
                left >>= 8;
            }
            header[offset] |= (byte) 0x80;
            return this;
        }

        public Entry field(int offset, byte[] value, int length) {
            System.arraycopy(value, 0, header, offset, Math.min(value.length, length));
            return this;
        }

        /** Blocks between header and data. */
        public Entry extension(byte[] blocks) {
            between = blocks;
            return this;
        }

        private void write() {
            octal(124, 12, claimedSize >= 0 ? claimedSize : data.length);
            Arrays.fill(header, 148, 156, (byte) ' ');
            int sum = badChecksum ? 1 : 0;
            for (byte b : header) {
                sum += b & 0xFF;
            }
            octal(148, 7, sum);
            out.writeBytes(header);
            out.writeBytes(between);
            out.writeBytes(data);
            out.writeBytes(new byte[(BLOCK - data.length % BLOCK) % BLOCK]);
        }
    }
}
