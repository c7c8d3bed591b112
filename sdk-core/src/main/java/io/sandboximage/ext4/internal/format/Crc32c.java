package io.sandboximage.ext4.internal.format;

import java.util.zip.CRC32C;

/**
 * CRC-32C as the Linux kernel uses it: the caller gives the start value, nothing is inverted at the end, and results are chained
 * by giving one as the start value of the next.
 *
 * <p>The JDK's {@link CRC32C} is fast but always starts at ~0. Any other start value is reached by feeding it those four bytes
 * first that lead from ~0 to that value; there is exactly one such word.
 */
public final class Crc32c {
    /** The start value of a chain. */
    public static final int START = ~0;

    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = table();
    private static final int[] ENTRY_BY_HIGH_BYTE = entriesByHighByte();

    private Crc32c() {}

    public static int of(int seed, byte[] data, int offset, int length) {
        CRC32C crc = new CRC32C();
        if (seed != START) {
            int word = wordLeadingTo(seed);
            crc.update(word);
            crc.update(word >>> 8);
            crc.update(word >>> 16);
            crc.update(word >>> 24);
        }
        crc.update(data, offset, length);
        return ~(int) crc.getValue();
    }

    public static int of(int seed, byte[] data) {
        return of(seed, data, 0, data.length);
    }

    /** Of the four bytes of {@code value}, lowest first. */
    public static int ofInt(int seed, int value) {
        int crc = seed ^ value;
        for (int i = 0; i < Integer.BYTES; i++) {
            crc = TABLE[crc & 0xFF] ^ (crc >>> 8);
        }
        return crc;
    }

    /** Of the eight bytes of {@code value}, lowest first. */
    public static int ofLong(int seed, long value) {
        return ofInt(ofInt(seed, (int) value), (int) (value >>> 32));
    }

    /** Goes back over four bytes: the high byte of a result tells which entry of the table went into it. */
    private static int wordLeadingTo(int seed) {
        int crc = seed;
        for (int i = 0; i < Integer.BYTES; i++) {
            int entry = ENTRY_BY_HIGH_BYTE[crc >>> 24];
            crc = (crc ^ TABLE[entry]) << 8 | entry;
        }
        return crc ^ START;
    }

    private static int[] entriesByHighByte() {
        int[] entries = new int[TABLE.length];
        for (int i = 0; i < TABLE.length; i++) {
            entries[TABLE[i] >>> 24] = i;
        }
        return entries;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int i = 0; i < table.length; i++) {
            int crc = i;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
            }
            table[i] = crc;
        }
        return table;
    }
}
