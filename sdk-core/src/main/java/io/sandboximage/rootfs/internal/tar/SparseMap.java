package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import java.util.ArrayList;
import java.util.List;

/** Where the stored bytes of a sparse file belong (GNU tar, "Storing Sparse Files"). */
final class SparseMap {
    /** More ranges than any sensible file has. */
    static final int MAX_RANGES = 262_144;

    private SparseMap() {}

    /**
     * Checks a map and leaves out what is empty.
     *
     * @param stored how many bytes the archive holds for the file
     * @throws InvalidContentException if ranges overlap, pass the size or do not make up what is stored
     */
    static List<Range> checked(List<Range> ranges, long realSize, long stored, Object origin) {
        List<Range> result = new ArrayList<>(ranges.size());
        long end = 0;
        long sum = 0;
        for (Range range : ranges) {
            if (range.offset() < end
                    || range.length() < 0
                    || range.length() > realSize
                    || range.offset() > realSize - range.length()) {
                throw new InvalidContentException(
                        origin + ": the map of the sparse file is not in order or passes its size of " + realSize);
            }
            end = range.offset() + range.length();
            sum += range.length();
            if (range.length() > 0) {
                result.add(range);
            }
        }
        if (sum != stored) {
            throw new InvalidContentException(
                    origin + ": the map of the sparse file tells of " + sum + " bytes but the archive holds " + stored);
        }
        return result;
    }

    /** The form of GNU sparse format 0.1: {@code offset,length,offset,length}. */
    static List<Range> parse01(String map, Object origin) {
        List<Range> ranges = new ArrayList<>();
        if (map.isEmpty()) {
            return ranges;
        }
        String[] numbers = map.split(",", -1);
        if (numbers.length % 2 != 0) {
            throw new InvalidContentException(origin + ": the map of the sparse file ends in the middle of a pair");
        }
        requireCount(numbers.length / 2, origin);
        for (int i = 0; i < numbers.length; i += 2) {
            ranges.add(new Range(
                    decimal(numbers[i], PaxRecords.SPARSE_MAP, origin),
                    decimal(numbers[i + 1], PaxRecords.SPARSE_MAP, origin)));
        }
        return ranges;
    }

    static void requireCount(long count, Object origin) {
        if (count > MAX_RANGES) {
            throw new InvalidContentException(origin + ": the sparse file has " + count + " data ranges, more than the "
                    + MAX_RANGES + " accepted");
        }
    }

    /** A decimal number that is not negative and fits into 63 bits. */
    static long decimal(String text, String field, Object origin) {
        boolean digits = !text.isEmpty() && text.length() <= 19;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        if (digits) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException e) {
                // 19 digits above the range: told below like everything else.
            }
        }
        throw new InvalidContentException(origin + ": \"" + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                + "\" is no number for " + field);
    }
}
