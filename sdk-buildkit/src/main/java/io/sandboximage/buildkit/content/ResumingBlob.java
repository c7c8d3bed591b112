package io.sandboximage.buildkit.content;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** A blob that is read on from where its stream broke. Not thread-safe. */
final class ResumingBlob extends InputStream {
    private static final int MAX_BREAKS = 5;
    private static final long FIRST_PAUSE_MILLIS = 100;

    private final BlobReader blobs;
    private final Descriptor blob;
    private @Nullable InputStream current;
    private long position;
    private int breaks;

    ResumingBlob(BlobReader blobs, Descriptor blob) {
        this.blobs = blobs;
        this.blob = blob;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            CancelledException.throwIfInterrupted("reading the blob " + blob.digest() + " from " + blobs.name());
            try {
                InputStream in = current;
                if (in == null) {
                    in = blobs.open(blob.digest(), position);
                    current = in;
                }
                int n = in.read(buffer, offset, length);
                if (n >= 0) {
                    position += n;
                    breaks = 0;
                    return n;
                }
                if (position >= blob.sizeBytes()) {
                    return -1;
                }
                throw new EOFException("it ended after " + position + " of " + blob.sizeBytes() + " bytes");
            } catch (UnavailableException | IOException e) {
                pauseAfter(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        InputStream in = current;
        current = null;
        if (in != null) {
            in.close();
        }
    }

    private void pauseAfter(Exception broken) throws IOException {
        close();
        breaks++;
        if (breaks >= MAX_BREAKS) {
            throw new UnavailableException(
                    "Could not read the blob " + blob.digest() + " from " + blobs.name() + ": the stream broke after "
                            + position + " of " + blob.sizeBytes() + " bytes and could not be resumed: "
                            + broken.getMessage(),
                    broken);
        }
        long limit = FIRST_PAUSE_MILLIS << breaks;
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(limit / 2, limit));
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("reading the blob " + blob.digest() + " from " + blobs.name(), e);
        }
    }
}
