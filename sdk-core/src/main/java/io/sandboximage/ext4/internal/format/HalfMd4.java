package io.sandboximage.ext4.internal.format;

/**
 * The half-MD4 directory hash: MD4's compression function cut down to eight steps a round, over the name in pieces of 32 bytes,
 * each byte taken as signed (superblock flag {@link Superblock#FLAG_SIGNED_HASH}).
 */
public final class HalfMd4 {
    private static final int PIECE_BYTES = 32;
    private static final int[] DEFAULT_SEED = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
    private static final int SQRT_2 = 0x5A827999;
    private static final int SQRT_3 = 0x6ED9EBA1;
    private static final int[] ORDER_1 = {0, 1, 2, 3, 4, 5, 6, 7};
    private static final int[] ORDER_2 = {1, 3, 5, 7, 0, 2, 4, 6};
    private static final int[] ORDER_3 = {3, 7, 2, 6, 1, 5, 0, 4};
    private static final int[] TURNS_1 = {3, 7, 11, 19};
    private static final int[] TURNS_2 = {3, 5, 9, 13};
    private static final int[] TURNS_3 = {3, 9, 11, 15};

    private final int[] seed;

    /** @param seed four words; all zero stands for the default of MD4 */
    public HalfMd4(int[] seed) {
        boolean zero = (seed[0] | seed[1] | seed[2] | seed[3]) == 0;
        this.seed = zero ? DEFAULT_SEED : seed.clone();
    }

    /** The major hash, whose lowest bit is 0, in the upper 32 bits, and the minor hash in the lower. */
    public long hash(byte[] name) {
        int[] state = seed.clone();
        int[] words = new int[PIECE_BYTES / Integer.BYTES];
        for (int offset = 0; offset < name.length; offset += PIECE_BYTES) {
            fill(words, name, offset);
            transform(state, words);
        }
        return ((long) (state[1] & ~1) << 32) | (state[2] & 0xFFFFFFFFL);
    }

    /** Packs what is left of the name, at most one piece; the rest is padded with the length that is left. */
    private static void fill(int[] words, byte[] name, int offset) {
        int left = name.length - offset;
        int pad = left | (left << 8);
        pad |= pad << 16;
        int end = Math.min(left, PIECE_BYTES);
        for (int word = 0; word < words.length; word++) {
            int value = pad;
            for (int i = word * Integer.BYTES; i < Math.min(end, (word + 1) * Integer.BYTES); i++) {
                value = name[offset + i] + (value << 8);
            }
            words[word] = value;
        }
    }

    private static void transform(int[] state, int[] words) {
        int a = state[0];
        int b = state[1];
        int c = state[2];
        int d = state[3];
        for (int step = 0; step < 24; step++) {
            int inRound = step & 7;
            int mixed;
            int turn;
            if (step < 8) {
                mixed = (d ^ (b & (c ^ d))) + words[ORDER_1[inRound]];
                turn = TURNS_1[step & 3];
            } else if (step < 16) {
                mixed = ((b & c) + ((b ^ c) & d)) + words[ORDER_2[inRound]] + SQRT_2;
                turn = TURNS_2[step & 3];
            } else {
                mixed = (b ^ c ^ d) + words[ORDER_3[inRound]] + SQRT_3;
                turn = TURNS_3[step & 3];
            }
            int next = Integer.rotateLeft(a + mixed, turn);
            a = d;
            d = c;
            c = b;
            b = next;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }
}
