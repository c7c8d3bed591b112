package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import io.sandboximage.rootfs.internal.tar.TarChunks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Passes an uncompressed layer on, counts its bytes against the image's limit and compares its digest with the diff ID. */
final class LimitedDigest implements TarChunks {
    private final TarChunks in;
    private final Digest diffId;
    private final MessageDigest hash;
    private final AtomicLong total;
    private final long limit;
    private final String layer;
    private long bytes;

    /** @param total of all layers of the image; advanced by what is read here */
    LimitedDigest(TarChunks in, Digest diffId, AtomicLong total, long limit, String layer) {
        this.in = in;
        this.diffId = diffId;
        this.hash = diffId.algorithm().newMessageDigest();
        this.total = total;
        this.limit = limit;
        this.layer = layer;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        CancelledException.throwIfInterrupted("reading " + layer);
        ByteBuffer chunk = in.next();
        if (chunk != null) {
            count(total, chunk.remaining(), limit, layer);
            bytes += chunk.remaining();
            hash.update(chunk.duplicate());
        }
        return chunk;
    }

    /** @throws InvalidContentException if all layers together pass the limit with these bytes */
    static void count(AtomicLong total, long bytes, long limit, String layer) {
        if (total.addAndGet(bytes) > limit) {
            throw new InvalidContentException("The layers of the image hold more than " + limit
                    + " bytes uncompressed; the limit was reached in " + layer
                    + ". If the image is trusted, raise the limit on uncompressed bytes");
        }
    }

    /** How many were read. */
    long bytes() {
        return bytes;
    }

    /** To be called once, after the last byte was read. */
    void requireDiffId() {
        Digest actual = Digest.of(diffId.algorithm(), hash.digest());
        if (!actual.equals(diffId)) {
            throw new IntegrityException("The uncompressed " + layer + " has the digest " + actual
                    + " but the image's config tells the diff ID " + diffId
                    + ": layer and config do not belong together. Push the image again");
        }
    }
}
