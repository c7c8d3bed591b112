package io.sandboximage.internal.deflate;

import java.util.Arrays;

/** A canonical Huffman code whose code words have limited lengths (RFC 1951, 3.2.2). */
final class HuffmanCode {
    final int[] lengths;
    /** Code words with their bits reversed: Huffman codes are packed from their most significant bit on. */
    final int[] words;

    private HuffmanCode(int[] lengths) {
        this.lengths = lengths;
        this.words = words(lengths);
    }

    static HuffmanCode ofLengths(int[] lengths) {
        return new HuffmanCode(lengths);
    }

    /** The code for these frequencies; symbols that never occur get length 0. */
    static HuffmanCode build(int[] frequencies, int maxLength) {
        int[] lengths = new int[frequencies.length];
        // Sorting by frequency, then symbol, makes ties fall the same way everywhere.
        long[] used = new long[frequencies.length];
        int n = 0;
        for (int symbol = 0; symbol < frequencies.length; symbol++) {
            if (frequencies[symbol] > 0) {
                used[n++] = (long) frequencies[symbol] << 16 | symbol;
            }
        }
        if (n == 1) {
            lengths[(int) (used[0] & 0xFFFF)] = 1;
            return new HuffmanCode(lengths);
        }
        Arrays.sort(used, 0, n);
        int[] perLength = limit(depths(used, n), maxLength);
        int next = n - 1;
        for (int length = 1; length <= maxLength; length++) {
            for (int i = 0; i < perLength[length]; i++) {
                lengths[(int) (used[next--] & 0xFFFF)] = length;
            }
        }
        return new HuffmanCode(lengths);
    }

    /** How many leaves the Huffman tree has at each depth, by merging the two lightest nodes from two sorted queues. */
    private static int[] depths(long[] sorted, int n) {
        int[] perDepth = new int[Math.max(n, 2)];
        if (n == 0) {
            return perDepth;
        }
        long[] weight = new long[2 * n - 1];
        int[] parent = new int[2 * n - 1];
        for (int i = 0; i < n; i++) {
            weight[i] = sorted[i] >>> 16;
        }
        int leaf = 0;
        int inner = n;
        for (int node = n; node < 2 * n - 1; node++) {
            for (int child = 0; child < 2; child++) {
                int lightest = leaf < n && (inner == node || weight[leaf] <= weight[inner]) ? leaf++ : inner++;
                weight[node] += weight[lightest];
                parent[lightest] = node;
            }
        }
        int[] depth = new int[2 * n - 1];
        for (int node = 2 * n - 3; node >= 0; node--) {
            depth[node] = depth[parent[node]] + 1;
            if (node < n) {
                perDepth[depth[node]]++;
            }
        }
        return perDepth;
    }

    /** Moves leaves that lie too deep up, and pays for it by moving others one down, until the code is complete again. */
    private static int[] limit(int[] perDepth, int max) {
        int[] counts = new int[max + 1];
        for (int depth = 1; depth < perDepth.length; depth++) {
            counts[Math.min(depth, max)] += perDepth[depth];
        }
        long total = 0;
        for (int length = 1; length <= max; length++) {
            total += (long) counts[length] << (max - length);
        }
        while (total > 1L << max) {
            counts[max]--;
            for (int length = max - 1; length > 0; length--) {
                if (counts[length] > 0) {
                    counts[length]--;
                    counts[length + 1] += 2;
                    break;
                }
            }
            total--;
        }
        return counts;
    }

    private static int[] words(int[] lengths) {
        int[] perLength = new int[17];
        for (int length : lengths) {
            perLength[length]++;
        }
        perLength[0] = 0;
        int[] next = new int[17];
        for (int length = 1; length < 17; length++) {
            next[length] = (next[length - 1] + perLength[length - 1]) << 1;
        }
        int[] words = new int[lengths.length];
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (lengths[symbol] > 0) {
                words[symbol] = Integer.reverse(next[lengths[symbol]]++) >>> (32 - lengths[symbol]);
            }
        }
        return words;
    }
}
