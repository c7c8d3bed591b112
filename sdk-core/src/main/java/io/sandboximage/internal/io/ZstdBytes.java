package io.sandboximage.internal.io;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.Arrays;
import java.util.Optional;

/** Single frames of zstd in memory. */
public final class ZstdBytes {
    /** zstd's own default: beyond it, time grows faster than what is saved. */
    private static final int LEVEL = 3;

    private ZstdBytes() {}

    /**
     * One frame, the same for the same bytes and version of zstd.
     *
     * @param length how many of the content's bytes
     * @param checksum whether the frame ends with a checksum of the content
     */
    public static byte[] compress(byte[] content, int length, boolean checksum) {
        byte[] frame = new byte[maxCompressed(length)];
        int size = (int) Zstd.compressByteArray(frame, 0, frame.length, content, 0, length, LEVEL, checksum);
        return Arrays.copyOf(frame, size);
    }

    /** What a frame of so many bytes can take at most. */
    public static int maxCompressed(int length) {
        return Math.toIntExact(Zstd.compressBound(length));
    }

    /** The content of a frame, if it is whole and has exactly this size. */
    public static Optional<byte[]> uncompress(byte[] frame, int size) {
        byte[] content = new byte[size];
        try {
            long made = Zstd.decompressByteArray(content, 0, size, frame, 0, frame.length);
            return made == size ? Optional.of(content) : Optional.empty();
        } catch (ZstdException e) {
            return Optional.empty();
        }
    }
}
