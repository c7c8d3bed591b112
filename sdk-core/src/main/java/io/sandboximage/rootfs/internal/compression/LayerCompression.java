package io.sandboximage.rootfs.internal.compression;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.MediaTypes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * How a layer is compressed. The first bytes decide, since registries hold layers whose media type names another compression
 * than the one used; the media type must be one of a layer all the same.
 */
public enum LayerCompression {
    NONE,
    GZIP,
    ZSTD;

    private static final int MAGIC_BYTES = 4;
    private static final int SKIPPABLE_FRAME_LOW = 0x50;

    /**
     * Uncompresses a layer.
     *
     * @param compressed is closed with the result
     * @param origin what is read, for messages: {@code layer sha256:…}
     * @throws InvalidContentException if the media type is none of a layer; later also if the data is malformed
     */
    public static InputStream uncompress(InputStream compressed, String mediaType, String origin) throws IOException {
        requireLayer(mediaType, origin);
        byte[] head = compressed.readNBytes(MAGIC_BYTES);
        InputStream whole = new SequenceInputStream(new java.io.ByteArrayInputStream(head), compressed);
        return switch (of(head)) {
            case NONE -> whole;
            case GZIP -> new GzipMembers(whole, origin);
            case ZSTD -> new ZstdFrames(whole, origin);
        };
    }

    /** @throws InvalidContentException if the media type is none of a layer that this SDK can read; it lists what can be read */
    public static void requireLayer(String mediaType, String origin) {
        boolean known = MediaTypes.isLayer(mediaType);
        if (known) {
            int tar = mediaType.lastIndexOf(".tar");
            String suffix = tar < 0 ? "?" : mediaType.substring(tar + ".tar".length());
            known = suffix.isEmpty() || suffix.matches("[+.](gzip|zstd)");
        }
        if (!known) {
            throw new InvalidContentException(origin + " has the media type \"" + mediaType
                    + "\", which is no layer that can be unpacked. Supported are " + MediaTypes.OCI_LAYER + ", "
                    + MediaTypes.OCI_LAYER_GZIP + ", " + MediaTypes.OCI_LAYER_ZSTD + ", " + MediaTypes.DOCKER_LAYER
                    + ", " + MediaTypes.DOCKER_LAYER_GZIP + " and " + MediaTypes.DOCKER_LAYER_ZSTD
                    + ", also their non-distributable and foreign forms");
        }
    }

    /** @param head the first four bytes, or all where there are fewer */
    public static boolean isCompressed(byte[] head) {
        return of(head) != NONE;
    }

    static LayerCompression of(byte[] head) {
        if (head.length >= 3 && head[0] == 0x1F && head[1] == (byte) 0x8B && head[2] == 8) {
            return GZIP;
        }
        if (head.length >= 4
                && ((head[0] == 0x28 && head[1] == (byte) 0xB5 && head[2] == 0x2F && head[3] == (byte) 0xFD)
                        || isSkippableFrame(head))) {
            return ZSTD;
        }
        return NONE;
    }

    /** A zstd stream may begin with frames that hold no data: 0x184D2A50 to 0x184D2A5F, little-endian. */
    private static boolean isSkippableFrame(byte[] head) {
        return (head[0] & 0xF0) == SKIPPABLE_FRAME_LOW && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
    }

    /** Turns the complaints of the zstd library into ours. */
    private static final class ZstdFrames extends FilterInputStream {
        private final String origin;

        ZstdFrames(InputStream compressed, String origin) throws IOException {
            super(new ZstdInputStreamNoFinalizer(compressed));
            this.origin = origin;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return super.read(target, offset, length);
            } catch (com.github.luben.zstd.ZstdIOException e) {
                throw new InvalidContentException(origin + " holds broken zstd data: " + e.getMessage(), e);
            }
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }
}
