package io.sandboximage.internal.deflate;

/** Codes for match lengths and distances, each with a base and extra bits (RFC 1951, 3.2.5). */
final class Alphabet {
    private static final int[] LENGTH_BASE = new int[29];
    private static final int[] LENGTH_EXTRA = new int[29];
    private static final int[] DISTANCE_BASE = new int[30];
    private static final int[] DISTANCE_EXTRA = new int[30];
    private static final byte[] LENGTH_CODE = new byte[MatchFinder.MAX_MATCH + 1];

    static {
        int base = 3;
        for (int code = 0; code < 28; code++) {
            LENGTH_BASE[code] = base;
            LENGTH_EXTRA[code] = code < 8 ? 0 : code / 4 - 1;
            base += 1 << LENGTH_EXTRA[code];
        }
        LENGTH_BASE[28] = MatchFinder.MAX_MATCH; // The longest match has a code of its own, without extra bits.
        for (int code = 0; code < 29; code++) {
            int end = code == 28
                    ? MatchFinder.MAX_MATCH + 1
                    : Math.min(MatchFinder.MAX_MATCH, LENGTH_BASE[code] + (1 << LENGTH_EXTRA[code]));
            for (int length = LENGTH_BASE[code]; length < end; length++) {
                LENGTH_CODE[length] = (byte) code;
            }
        }
        base = 1;
        for (int code = 0; code < 30; code++) {
            DISTANCE_BASE[code] = base;
            DISTANCE_EXTRA[code] = code < 4 ? 0 : code / 2 - 1;
            base += 1 << DISTANCE_EXTRA[code];
        }
    }

    private Alphabet() {}

    static int lengthCode(int length) {
        return LENGTH_CODE[length];
    }

    static int lengthBase(int code) {
        return LENGTH_BASE[code];
    }

    static int lengthExtraBits(int code) {
        return LENGTH_EXTRA[code];
    }

    static int distanceCode(int distance) {
        if (distance <= 4) {
            return distance - 1;
        }
        int log = 31 - Integer.numberOfLeadingZeros(distance - 1);
        return 2 * log + ((distance - 1) >>> (log - 1) & 1);
    }

    static int distanceBase(int code) {
        return DISTANCE_BASE[code];
    }

    static int distanceExtraBits(int code) {
        return DISTANCE_EXTRA[code];
    }
}
