package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileContent.Range;
import java.util.ArrayList;
import java.util.List;

/** The map of GNU sparse format 1.0 as it comes in blocks: a count, then offsets and lengths, one decimal number a line. */
final class Map10 {
    private static final int MAX_DIGITS = 19;

    private final Object origin;
    private final StringBuilder digits = new StringBuilder();
    private final List<Range> ranges = new ArrayList<>();
    private long count = -1;
    private long offset = -1;

    Map10(Object origin) {
        this.origin = origin;
    }

    boolean complete() {
        return count == ranges.size();
    }

    List<Range> ranges() {
        return ranges;
    }

    /** Takes the next block; what stands behind the last number is padding. */
    void accept(byte[] block) {
        for (int i = 0; i < block.length && !complete(); i++) {
            if (block[i] == '\n') {
                number(SparseMap.decimal(digits.toString(), "the sparse map", origin));
                digits.setLength(0);
            } else if (digits.length() == MAX_DIGITS) {
                throw new InvalidContentException(origin + ": the map of the sparse file holds too long a number");
            } else {
                digits.append((char) (block[i] & 0xFF));
            }
        }
    }

    private void number(long value) {
        if (count < 0) {
            SparseMap.requireCount(value, origin);
            count = value;
        } else if (offset < 0) {
            offset = value;
        } else {
            ranges.add(new Range(offset, value));
            offset = -1;
        }
    }
}
