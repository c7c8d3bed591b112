package io.sandboximage.internal.io;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Tells zeros, of which images of disks are full. */
public final class Zeros {
    private static final byte[] BLOCK = new byte[4096];

    private static final ByteBuffer ZEROS = ByteBuffer.wrap(BLOCK).asReadOnlyBuffer();

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

    /** Whether what remains is all zero; the buffer stays as it is. */
    public static boolean only(ByteBuffer bytes) {
        for (int at = bytes.position(); at < bytes.limit(); at += BLOCK.length) {
            int length = Math.min(BLOCK.length, bytes.limit() - at);
            if (bytes.slice(at, length).mismatch(ZEROS.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
