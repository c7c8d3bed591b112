package io.sandboximage.rootfs.internal.compression;

import io.sandboximage.error.InvalidContentException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Uncompresses gzip (RFC 1952) in any number of members, as eStargz and parallel compressors write it. The JDK's own stream
 * takes the end of a member for the end of the file wherever {@code available()} happens to be zero there. Zero bytes after the
 * last member are padding; anything else there is an error.
 */
final class GzipMembers extends InputStream {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int MAGIC_1 = 0x1F;
    private static final int MAGIC_2 = 0x8B;
    private static final int DEFLATE = 8;
    private static final int HAS_HEADER_CRC = 0x02;
    private static final int HAS_EXTRA = 0x04;
    private static final int HAS_NAME = 0x08;
    private static final int HAS_COMMENT = 0x10;
    private static final int RESERVED_FLAGS = 0xE0;

    private final InputStream in;
    private final String origin;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private boolean inMember;
    private boolean ended;

    /** @param origin what is read, for messages */
    GzipMembers(InputStream in, String origin) throws IOException {
        this.in = in;
        this.origin = origin;
        int first = nextByte();
        if (first < 0) {
            throw malformed("is empty");
        }
        readHeader(first);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            int n = inflate(target, offset, length);
            if (n > 0) {
                crc.update(target, offset, n);
                return n;
            }
            if (inflater.finished()) {
                endMember();
            } else if (inflater.needsDictionary()) {
                throw malformed("needs a preset dictionary, which gzip does not have");
            } else if (position == limit && !fill()) {
                throw malformed("ends in the middle of a gzip member");
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) {
        inflater.setInput(buffer, position, limit - position);
        try {
            int n = inflater.inflate(target, offset, length);
            position = limit - inflater.getRemaining();
            return n;
        } catch (DataFormatException e) {
            throw new InvalidContentException(origin + " holds broken gzip data: " + e.getMessage(), e);
        }
    }

    private void endMember() throws IOException {
        long expectedCrc = readInt();
        long expectedSize = readInt();
        if (expectedCrc != crc.getValue() || expectedSize != (inflater.getBytesWritten() & 0xFFFFFFFFL)) {
            throw malformed("fails the checksum at the end of a gzip member");
        }
        inMember = false;
        int next = nextByte();
        if (next == MAGIC_1) {
            readHeader(next);
            return;
        }
        while (next == 0) {
            next = nextByte();
        }
        if (next >= 0) {
            throw malformed("has something other than gzip members or zero padding after a gzip member");
        }
        ended = true;
    }

    private void readHeader(int firstByte) throws IOException {
        inMember = true;
        if (firstByte != MAGIC_1 || requireByte() != MAGIC_2 || requireByte() != DEFLATE) {
            throw malformed("does not begin with a gzip header");
        }
        int flags = requireByte();
        if ((flags & RESERVED_FLAGS) != 0) {
            throw malformed("has a gzip header with unknown flags");
        }
        skip(6); // modification time, extra flags, operating system
        if ((flags & HAS_EXTRA) != 0) {
            skip(requireByte() | requireByte() << 8);
        }
        if ((flags & HAS_NAME) != 0) {
            skipText();
        }
        if ((flags & HAS_COMMENT) != 0) {
            skipText();
        }
        if ((flags & HAS_HEADER_CRC) != 0) {
            skip(2);
        }
        inflater.reset();
        crc.reset();
    }

    private void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            requireByte();
        }
    }

    private void skipText() throws IOException {
        int next;
        do {
            next = requireByte();
        } while (next != 0);
    }

    private long readInt() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            value |= (long) requireByte() << shift;
        }
        return value;
    }

    private int requireByte() throws IOException {
        int next = nextByte();
        if (next < 0) {
            throw malformed(inMember ? "ends in the middle of a gzip member" : "ends in a gzip header");
        }
        return next;
    }

    private int nextByte() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return buffer[position++] & 0xFF;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, buffer.length);
        position = 0;
        limit = Math.max(n, 0);
        return n > 0;
    }

    private InvalidContentException malformed(String what) {
        return new InvalidContentException(origin + " " + what);
    }

    @Override
    public void close() throws IOException {
        ended = true;
        inflater.end();
        in.close();
    }
}
