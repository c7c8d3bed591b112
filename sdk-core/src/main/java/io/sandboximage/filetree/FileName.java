package io.sandboximage.filetree;

import io.sandboximage.error.InvalidContentException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One component of a path as Linux knows it: 1 to 255 bytes other than NUL and slash, in no particular encoding. Ordered by
 * unsigned bytes.
 */
public final class FileName implements Comparable<FileName> {
    public static final int MAX_BYTES = 255;

    private final byte[] bytes;

    private FileName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws InvalidContentException if the bytes cannot be a name on Linux, or are {@code .} or {@code ..} */
    public static FileName of(byte[] bytes) {
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new InvalidContentException("A file name of " + bytes.length + " bytes is not possible on Linux: \""
                    + abbreviate(bytes) + "\"");
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                throw new InvalidContentException("The file name \"" + abbreviate(bytes) + "\" holds a NUL or a slash");
            }
        }
        if (bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'))) {
            throw new InvalidContentException("\"" + abbreviate(bytes) + "\" cannot be the name of an entry");
        }
        return new FileName(bytes.clone());
    }

    /** The name in UTF-8. */
    public static FileName of(String name) {
        return of(name.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The name as UTF-8, for people; bytes that are none become replacement characters. */
    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String abbreviate(byte[] bytes) {
        return new String(bytes, 0, Math.min(bytes.length, 80), StandardCharsets.UTF_8)
                + (bytes.length > 80 ? "…" : "");
    }
}
