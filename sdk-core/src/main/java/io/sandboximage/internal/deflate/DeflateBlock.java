package io.sandboximage.internal.deflate;

/** One deflate block: symbols are gathered, then written by the cheapest of the three block types (RFC 1951, 3.2.3). */
final class DeflateBlock {
    static final int MAX_SYMBOLS = 32 * 1024;

    private static final int STORED = 0;
    private static final int FIXED = 1;
    private static final int DYNAMIC = 2;
    private static final int END_OF_BLOCK = 256;
    private static final int MAX_STORED_BYTES = 65_535;
    private static final int MAX_CODE_LENGTH = 15;
    private static final int MAX_META_LENGTH = 7;
    private static final int[] META_ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    private static final HuffmanCode FIXED_LITERALS = fixedLiterals();
    private static final HuffmanCode FIXED_DISTANCES = HuffmanCode.ofLengths(filled(30, 5));

    /** A literal, or {@code length << 16 | distance}; lengths are at least 3, so the two cannot be taken for each other. */
    private final int[] symbols = new int[MAX_SYMBOLS];

    private int count;
    private int coveredBytes;
    private final int[] literalFrequencies = new int[286];
    private final int[] distanceFrequencies = new int[30];

    void literal(int value) {
        symbols[count++] = value;
        coveredBytes++;
        literalFrequencies[value]++;
    }

    void match(int length, int distance) {
        symbols[count++] = length << 16 | distance;
        coveredBytes += length;
        literalFrequencies[257 + Alphabet.lengthCode(length)]++;
        distanceFrequencies[Alphabet.distanceCode(distance)]++;
    }

    boolean isFull() {
        return count == MAX_SYMBOLS;
    }

    /** How many input bytes the gathered symbols stand for. */
    int coveredBytes() {
        return coveredBytes;
    }

    /** @param start of the covered bytes in {@code data} */
    void write(BitWriter out, byte[] data, int start, boolean last) {
        literalFrequencies[END_OF_BLOCK] = 1;
        HuffmanCode literals = HuffmanCode.build(literalFrequencies, MAX_CODE_LENGTH);
        HuffmanCode distances = HuffmanCode.build(distanceFrequencies, MAX_CODE_LENGTH);
        CodeLengths lengths = new CodeLengths(literals.lengths, distances.lengths);
        long dynamicBits = lengths.bits() + bits(literals, distances);
        long fixedBits = bits(FIXED_LITERALS, FIXED_DISTANCES);
        long storedBits = 8L * coveredBytes + 40L * (1 + coveredBytes / MAX_STORED_BYTES);
        if (storedBits <= dynamicBits && storedBits <= fixedBits) {
            stored(out, data, start, last);
        } else if (fixedBits <= dynamicBits) {
            out.write(last ? 1 : 0, 1);
            out.write(FIXED, 2);
            symbols(out, FIXED_LITERALS, FIXED_DISTANCES);
        } else {
            out.write(last ? 1 : 0, 1);
            out.write(DYNAMIC, 2);
            lengths.write(out);
            symbols(out, literals, distances);
        }
    }

    private void stored(BitWriter out, byte[] data, int start, boolean last) {
        int done = 0;
        do {
            int size = Math.min(MAX_STORED_BYTES, coveredBytes - done);
            storedHeader(out, size, last && done + size == coveredBytes);
            out.write(data, start + done, size);
            done += size;
        } while (done < coveredBytes);
    }

    /** An empty stored block brings the stream to a byte boundary. */
    static void storedHeader(BitWriter out, int size, boolean last) {
        out.write(last ? 1 : 0, 1);
        out.write(STORED, 2);
        out.alignToByte();
        out.write(size, 16);
        out.write(~size & 0xFFFF, 16);
    }

    private long bits(HuffmanCode literals, HuffmanCode distances) {
        long bits = 3;
        for (int i = 0; i < literalFrequencies.length; i++) {
            int extra = i > END_OF_BLOCK ? Alphabet.lengthExtraBits(i - 257) : 0;
            bits += (long) literalFrequencies[i] * (literals.lengths[i] + extra);
        }
        for (int i = 0; i < distanceFrequencies.length; i++) {
            bits += (long) distanceFrequencies[i] * (distances.lengths[i] + Alphabet.distanceExtraBits(i));
        }
        return bits;
    }

    private void symbols(BitWriter out, HuffmanCode literals, HuffmanCode distances) {
        for (int i = 0; i < count; i++) {
            int symbol = symbols[i];
            if (symbol < 256) {
                out.write(literals.words[symbol], literals.lengths[symbol]);
                continue;
            }
            int length = symbol >>> 16;
            int lengthCode = Alphabet.lengthCode(length);
            out.write(literals.words[257 + lengthCode], literals.lengths[257 + lengthCode]);
            out.write(length - Alphabet.lengthBase(lengthCode), Alphabet.lengthExtraBits(lengthCode));
            int distance = symbol & 0xFFFF;
            int distanceCode = Alphabet.distanceCode(distance);
            out.write(distances.words[distanceCode], distances.lengths[distanceCode]);
            out.write(distance - Alphabet.distanceBase(distanceCode), Alphabet.distanceExtraBits(distanceCode));
        }
        out.write(literals.words[END_OF_BLOCK], literals.lengths[END_OF_BLOCK]);
    }

    private static HuffmanCode fixedLiterals() {
        int[] lengths = filled(288, 8);
        java.util.Arrays.fill(lengths, 144, 256, 9);
        java.util.Arrays.fill(lengths, 256, 280, 7);
        return HuffmanCode.ofLengths(lengths);
    }

    private static int[] filled(int size, int value) {
        int[] array = new int[size];
        java.util.Arrays.fill(array, value);
        return array;
    }

    /** The header of a dynamic block: both codes as run-length coded code lengths (RFC 1951, 3.2.7). */
    private static final class CodeLengths {
        private final int literalCount;
        private final int distanceCount;
        private final int[] runs;
        private int runCount;
        private final HuffmanCode meta;
        private final int metaCount;
        private final int[] frequencies = new int[19];

        CodeLengths(int[] literals, int[] distances) {
            literalCount = used(literals, 257);
            distanceCount = used(distances, 1);
            int[] all = new int[literalCount + distanceCount];
            System.arraycopy(literals, 0, all, 0, literalCount);
            System.arraycopy(distances, 0, all, literalCount, distanceCount);
            runs = new int[all.length];
            encode(all);
            meta = HuffmanCode.build(frequencies, MAX_META_LENGTH);
            int count = META_ORDER.length;
            while (count > 4 && meta.lengths[META_ORDER[count - 1]] == 0) {
                count--;
            }
            metaCount = count;
        }

        long bits() {
            long bits = 14 + 3L * metaCount;
            for (int i = 0; i < frequencies.length; i++) {
                bits += (long) frequencies[i] * (meta.lengths[i] + extraBits(i));
            }
            return bits;
        }

        void write(BitWriter out) {
            out.write(literalCount - 257, 5);
            out.write(distanceCount - 1, 5);
            out.write(metaCount - 4, 4);
            for (int i = 0; i < metaCount; i++) {
                out.write(meta.lengths[META_ORDER[i]], 3);
            }
            for (int i = 0; i < runCount; i++) {
                int code = runs[i] & 0xFF;
                out.write(meta.words[code], meta.lengths[code]);
                out.write(runs[i] >>> 8, extraBits(code));
            }
        }

        private void encode(int[] lengths) {
            int i = 0;
            while (i < lengths.length) {
                int value = lengths[i];
                int end = i + 1;
                while (end < lengths.length && lengths[end] == value) {
                    end++;
                }
                int run = end - i;
                i = end;
                if (value != 0) {
                    add(value, 0);
                    run--;
                }
                while (run >= 3) {
                    int part;
                    if (value != 0) {
                        part = Math.min(run, 6);
                        add(16, part - 3);
                    } else if (run <= 10) {
                        part = run;
                        add(17, part - 3);
                    } else {
                        part = Math.min(run, 138);
                        add(18, part - 11);
                    }
                    run -= part;
                }
                for (; run > 0; run--) {
                    add(value, 0);
                }
            }
        }

        private void add(int code, int extra) {
            runs[runCount++] = extra << 8 | code;
            frequencies[code]++;
        }

        private static int extraBits(int code) {
            return switch (code) {
                case 16 -> 2;
                case 17 -> 3;
                case 18 -> 7;
                default -> 0;
            };
        }

        private static int used(int[] lengths, int least) {
            int count = Math.min(lengths.length, 286);
            while (count > least && lengths[count - 1] == 0) {
                count--;
            }
            return count;
        }
    }
}
