package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.OutputStream;

/** Bytes that look random and are the same for the same seed (xorshift64*), more or less compressible. */
final class Noise {
    private static final int CHUNK = 64 * 1024;
    private static final int PHRASES = 1024;
    private static final int PHRASE_BYTES = 24;
    private static final byte[] PHRASE_BOOK = phraseBook();

    private long state;

    Noise(long seed) {
        // Neighbouring seeds must not start alike; zero would stay zero.
        state = (seed + 1) * 0x9E3779B97F4A7C15L | 1;
    }

    long next() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return state * 0x2545F4914F6CDD1DL;
    }

    /** From 0 to {@code bound} - 1. */
    int below(int bound) {
        return (int) ((next() >>> 33) % bound);
    }

    /** Like program text and binaries: gzip leaves about half of it. */
    void writeText(OutputStream out, long count) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long left = count;
        while (left > 0) {
            int n = (int) Math.min(left, CHUNK);
            int filled = 0;
            while (filled < n) {
                long word = next();
                if ((word & 3) == 0) {
                    filled = putWord(chunk, filled, n, next());
                } else {
                    int phrase = (int) (word >>> 40) % PHRASES;
                    int length = Math.min(PHRASE_BYTES, n - filled);
                    System.arraycopy(PHRASE_BOOK, phrase * PHRASE_BYTES, chunk, filled, length);
                    filled += length;
                    filled = putWord(chunk, filled, n, word);
                }
            }
            out.write(chunk, 0, n);
            left -= n;
        }
    }

    /** Like media and archives: gzip gains next to nothing. */
    void writeDense(OutputStream out, long count) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long left = count;
        while (left > 0) {
            int n = (int) Math.min(left, CHUNK);
            int filled = 0;
            while (filled < n) {
                filled = putWord(chunk, filled, n, next());
            }
            out.write(chunk, 0, n);
            left -= n;
        }
    }

    private static int putWord(byte[] chunk, int offset, int limit, long word) {
        int at = offset;
        for (int shift = 0; shift < Long.SIZE && at < limit; shift += Byte.SIZE) {
            chunk[at++] = (byte) (word >>> shift);
        }
        return at;
    }

    private static byte[] phraseBook() {
        Noise noise = new Noise(7);
        byte[] book = new byte[PHRASES * PHRASE_BYTES];
        for (int i = 0; i < book.length; i++) {
            book[i] = (byte) (' ' + noise.below(95));
        }
        return book;
    }
}
