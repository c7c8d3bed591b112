package io.sandboximage.internal.io;

import java.util.Arrays;

/** Tells zeros, of which images of disks are full. */
public final class Zeros {
    private static final byte[] BLOCK = new byte[4096];

    private Zeros() {}

    /** Whether the bytes from {@code from} to before {@code to} are all zero. */
    public static boolean only(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += BLOCK.length) {
            int length = Math.min(BLOCK.length, to - at);
            if (!Arrays.equals(bytes, at, at + length, BLOCK, 0, length)) {
                return false;
            }
        }
        return true;
    }
}
