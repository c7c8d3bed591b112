package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import java.util.Arrays;

/**
 * The fields of a 512-byte tar header (POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format").
 *
 * <pre>
 *   0 name 100      100 mode 8    108 uid 8     116 gid 8   124 size 12   136 mtime 12   148 checksum 8
 * 156 type 1        157 link 100  257 magic 6   263 version 2             265 user 32    297 group 32
 * 329 major 8       337 minor 8   345 prefix 155 (ustar)    386 4 × sparse 24, 482 extended, 483 real size 12 (GNU)
 * </pre>
 */
final class HeaderBlock {
    static final int BYTES = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_BYTES = 8;
    private static final int SPARSE_PAIR_BYTES = 24;
    private static final int NUMBER_BYTES = 12;

    private final byte[] block;
    private final Object origin;

    /** @param origin which header it is, for messages */
    HeaderBlock(byte[] block, Object origin) {
        this.block = block;
        this.origin = origin;
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Accepts the sum over unsigned bytes and, as old archives have it, over signed ones. */
    void requireChecksum() {
        long expected = number(CHECKSUM, CHECKSUM_BYTES, "checksum");
        int unsigned = 0;
        int signed = 0;
        for (byte each : block) {
            unsigned += each & 0xFF;
            signed += each;
        }
        // The field itself counts as spaces.
        for (int i = CHECKSUM; i < CHECKSUM + CHECKSUM_BYTES; i++) {
            unsigned += ' ' - (block[i] & 0xFF);
            signed += ' ' - block[i];
        }
        if (expected != unsigned && expected != signed) {
            throw malformed("the checksum is wrong: this is no tar archive, or it is damaged");
        }
    }

    byte type() {
        return block[156];
    }

    byte[] path() {
        byte[] name = text(0, 100);
        byte[] prefix = isUstar() ? text(345, isStar() ? 131 : 155) : new byte[0];
        if (prefix.length == 0) {
            return name;
        }
        byte[] path = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
        path[prefix.length] = '/';
        System.arraycopy(name, 0, path, prefix.length + 1, name.length);
        return path;
    }

    byte[] linkTarget() {
        return text(157, 100);
    }

    long mode() {
        return number(100, 8, "mode");
    }

    long uid() {
        return number(108, 8, "uid");
    }

    long gid() {
        return number(116, 8, "gid");
    }

    long size() {
        long size = number(124, NUMBER_BYTES, "size");
        if (size < 0) {
            throw malformed("the size " + size + " is negative");
        }
        return size;
    }

    long mtime() {
        return number(136, NUMBER_BYTES, "mtime");
    }

    /** Old archives have no room for device numbers; only read these of device entries. */
    long deviceMajor() {
        return number(329, 8, "device major");
    }

    long deviceMinor() {
        return number(337, 8, "device minor");
    }

    /** The real size of an old GNU sparse file. */
    long sparseRealSize() {
        return number(483, NUMBER_BYTES, "sparse real size");
    }

    /** Whether another block with sparse pairs follows. */
    boolean sparseIsExtended() {
        return block[482] != 0;
    }

    /** Offset and length of one of the four pairs of a sparse header, or null if it is not used. */
    long @org.jspecify.annotations.Nullable [] sparsePair(int index) {
        return pair(386 + index * SPARSE_PAIR_BYTES);
    }

    /** Offset and length of one of the 21 pairs of an extension block, or null if it is not used. */
    long @org.jspecify.annotations.Nullable [] extensionPair(int index) {
        return pair(index * SPARSE_PAIR_BYTES);
    }

    boolean extensionIsExtended() {
        return block[504] != 0;
    }

    private long @org.jspecify.annotations.Nullable [] pair(int offset) {
        if (block[offset] == 0) {
            return null;
        }
        return new long[] {
            number(offset, NUMBER_BYTES, "sparse offset"), number(offset + NUMBER_BYTES, NUMBER_BYTES, "sparse length")
        };
    }

    private boolean isUstar() {
        return block[257] == 'u'
                && block[258] == 's'
                && block[259] == 't'
                && block[260] == 'a'
                && block[261] == 'r'
                && block[262] == 0;
    }

    /** Schilling's tar ends the prefix early and marks the block's end. */
    private boolean isStar() {
        return block[508] == 't' && block[509] == 'a' && block[510] == 'r' && block[511] == 0;
    }

    private byte[] text(int offset, int length) {
        int end = offset;
        while (end < offset + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, offset, end);
    }

    /** Octal digits between spaces and NULs, or GNU's base 256 where the first bit is set; an empty field is 0. */
    private long number(int offset, int length, String field) {
        if ((block[offset] & 0x80) != 0) {
            return base256(offset, length, field);
        }
        int position = offset;
        int end = offset + length;
        while (position < end && (block[position] == ' ' || block[position] == 0)) {
            position++;
        }
        long value = 0;
        while (position < end && block[position] != ' ' && block[position] != 0) {
            int digit = block[position] - '0';
            if (digit < 0 || digit > 7) {
                throw malformed("the field " + field + " is no octal number");
            }
            value = value << 3 | digit;
            position++;
        }
        return value; // 12 octal digits fit into 36 bits
    }

    private long base256(int offset, int length, String field) {
        boolean negative = (block[offset] & 0x40) != 0;
        // The marking bit is no part of the number.
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = block[offset + i] & 0xFF;
            if (i == 0) {
                b = negative ? b : b & 0x7F;
            }
            long next = value << 8 | b;
            if (next >> 8 != value) {
                throw malformed("the field " + field + " does not fit into 64 bits");
            }
            value = next;
        }
        return value;
    }

    private InvalidContentException malformed(String what) {
        return new InvalidContentException(origin + ": " + what);
    }
}
