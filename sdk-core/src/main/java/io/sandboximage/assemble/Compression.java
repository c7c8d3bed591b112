package io.sandboximage.assemble;

import com.github.luben.zstd.ZstdOutputStream;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.deflate.StableGzipOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * How layers are compressed. Each kind is reproducible: gzip by a deflater of our own, because the JDK's gives other bytes with
 * another zlib; zstd by the pinned version of its library, so that an upgrade of it may change digests; none by nature.
 *
 * @param level 1 to 9 for gzip, 1 to 22 for zstd, 0 for none
 */
public record Compression(Kind kind, int level) {
    /** Gzip of level 6: every tool reads it. The default. */
    public static final Compression GZIP = new Compression(Kind.GZIP, 6);

    /** Zstd of level 3: much faster to write and to read, but not known to old tools, among them umoci before 0.5. */
    public static final Compression ZSTD = new Compression(Kind.ZSTD, 3);

    /** Layers as plain tar: best where the image stays on this machine. */
    public static final Compression NONE = new Compression(Kind.NONE, 0);

    /** The formats of the OCI image specification, layer.md. */
    public enum Kind {
        NONE(MediaTypes.OCI_LAYER, 0, 0),
        GZIP(MediaTypes.OCI_LAYER_GZIP, 1, 9),
        ZSTD(MediaTypes.OCI_LAYER_ZSTD, 1, 22);

        private final String mediaType;
        private final int minLevel;
        private final int maxLevel;

        Kind(String mediaType, int minLevel, int maxLevel) {
            this.mediaType = mediaType;
            this.minLevel = minLevel;
            this.maxLevel = maxLevel;
        }
    }

    public Compression {
        if (level < kind.minLevel || level > kind.maxLevel) {
            throw new InvalidRequestException("The compression level " + level + " is not valid for " + kind
                    + ": choose " + kind.minLevel + " to " + kind.maxLevel);
        }
    }

    public static Compression gzip(int level) {
        return new Compression(Kind.GZIP, level);
    }

    public static Compression zstd(int level) {
        return new Compression(Kind.ZSTD, level);
    }

    /** The media type of a layer that is compressed like this. */
    public String mediaType() {
        return kind.mediaType;
    }

    /** A stream whose closing ends the compression and leaves {@code out} open. */
    OutputStream compress(OutputStream out) throws IOException {
        OutputStream shielded = new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
        return switch (kind) {
            case NONE -> shielded;
            case GZIP -> new StableGzipOutputStream(shielded, level);
            case ZSTD -> new ZstdOutputStream(shielded, level);
        };
    }
}
