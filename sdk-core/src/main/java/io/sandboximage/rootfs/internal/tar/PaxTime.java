package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import org.jspecify.annotations.Nullable;

/**
 * A time of a tar entry.
 *
 * @param seconds since 1970, rounded down
 * @param nanos 0 to 999,999,999
 */
record PaxTime(long seconds, int nanos) {
    private static final int NANO_DIGITS = 9;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    /** @param text decimal seconds with any number of digits behind the point, or null for the header's own time */
    static PaxTime of(@Nullable String text, HeaderBlock header, Object where) {
        return text == null ? new PaxTime(header.mtime(), 0) : parse(text, where);
    }

    static PaxTime parse(String text, Object where) {
        boolean negative = text.startsWith("-");
        String unsigned = negative ? text.substring(1) : text;
        int point = unsigned.indexOf('.');
        String whole = point < 0 ? unsigned : unsigned.substring(0, point);
        String fraction = point < 0 ? "" : unsigned.substring(point + 1);
        if (!fraction.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new InvalidContentException(where + " has the malformed time \"" + text + "\"");
        }
        long seconds = SparseMap.decimal(whole, "mtime", where);
        int nanos = Integer.parseInt((fraction + "000000000").substring(0, NANO_DIGITS));
        if (!negative) {
            return new PaxTime(seconds, nanos);
        }
        return nanos == 0 ? new PaxTime(-seconds, 0) : new PaxTime(-seconds - 1, NANOS_PER_SECOND - nanos);
    }
}
