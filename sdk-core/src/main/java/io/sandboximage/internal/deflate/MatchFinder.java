package io.sandboximage.internal.deflate;

import java.util.Arrays;

/** Finds earlier occurrences of what comes next, by chains of positions with the same hash of four bytes. */
final class MatchFinder {
    static final int MAX_MATCH = 258;
    static final int WINDOW = 32 * 1024;
    /** Shorter ones are rarely worth their distance. */
    static final int MIN_MATCH = 4;

    private static final int HASH_BITS = 15;

    private final byte[] data;
    private final int end;
    private final int maxChain;
    private final int niceLength;
    private final int[] head = new int[1 << HASH_BITS];
    private final int[] previous;
    private int inserted;
    /** Where the match of the last successful {@link #find} lies. */
    private int position;

    MatchFinder(byte[] data, int end, int maxChain, int niceLength) {
        this.data = data;
        this.end = end;
        this.maxChain = maxChain;
        this.niceLength = niceLength;
        this.previous = new int[end];
        Arrays.fill(head, -1);
    }

    /** Makes the positions before {@code limit} known. */
    void insertUpTo(int limit) {
        int last = Math.min(limit, end - MIN_MATCH + 1);
        for (; inserted < last; inserted++) {
            int hash = hash(inserted);
            previous[inserted] = head[hash];
            head[hash] = inserted;
        }
    }

    /** Length of the longest match at {@code at} that is longer than {@code better}; 0 if there is none. */
    int find(int at, int better) {
        if (at + MIN_MATCH > end) {
            return 0;
        }
        insertUpTo(at);
        int limit = Math.min(MAX_MATCH, end - at);
        int best = Math.max(better, MIN_MATCH - 1);
        if (best >= limit) {
            return 0;
        }
        int found = 0;
        int candidate = head[hash(at)];
        for (int chain = maxChain; candidate >= 0 && at - candidate <= WINDOW && chain > 0; chain--) {
            if (best < limit && data[candidate + best] == data[at + best]) {
                int mismatch = Arrays.mismatch(data, candidate, candidate + limit, data, at, at + limit);
                int length = mismatch < 0 ? limit : mismatch;
                if (length > best) {
                    best = length;
                    found = length;
                    position = candidate;
                    if (length >= niceLength || length == limit) {
                        break;
                    }
                }
            }
            candidate = previous[candidate];
        }
        return found;
    }

    int position() {
        return position;
    }

    private int hash(int at) {
        int four = (data[at] & 0xFF)
                | ((data[at + 1] & 0xFF) << 8)
                | ((data[at + 2] & 0xFF) << 16)
                | ((data[at + 3] & 0xFF) << 24);
        return (four * 0x9E3779B1) >>> (32 - HASH_BITS);
    }
}
