package io.sandboximage.registry;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A part of a blob as the body of a request. What goes wrong with the blob itself is kept apart from what the network does. */
final class BlobBody extends RequestBody {
    private static final MediaType OCTETS = MediaType.get("application/octet-stream");
    private static final int BUFFER = 64 * 1024;

    private final Descriptor blob;
    private final BlobContent content;
    private final long from;
    private final long to;
    private final LongConsumer position;
    private volatile @Nullable SandboxImageException failure;

    /**
     * @param from offset of the first byte to send
     * @param to offset after the last byte
     * @param position told how far the sending has come
     */
    BlobBody(Descriptor blob, BlobContent content, long from, long to, LongConsumer position) {
        this.blob = blob;
        this.content = content;
        this.from = from;
        this.to = to;
        this.position = position;
    }

    /** Why the blob could not be read, if that is what ended the request. */
    @Nullable
    SandboxImageException failure() {
        return failure;
    }

    @Override
    public MediaType contentType() {
        return OCTETS;
    }

    /** So okhttp does not send it again by itself: the registry may have kept a part of it. */
    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public long contentLength() {
        return to - from;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        failure = null;
        try (InputStream in = content.open()) {
            skip(in);
            send(in, sink);
        } catch (SandboxImageException e) {
            failure = e;
            // okhttp gives up the connection cleanly only after an IOException.
            throw new IOException("the blob to upload could not be read", e);
        }
    }

    private void skip(InputStream in) {
        long left = from;
        try {
            in.skipNBytes(left);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void send(InputStream in, BufferedSink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long at = from;
        while (at < to) {
            CancelledException.throwIfInterrupted("uploading the blob " + blob.digest());
            int n = read(in, buffer, (int) Math.min(buffer.length, to - at));
            if (n < 0) {
                throw new IntegrityException("The blob to upload, " + blob.digest() + ", ends after " + at
                        + " bytes instead of " + blob.sizeBytes());
            }
            if (at + n == blob.sizeBytes() && read(in, new byte[1], 1) >= 0) {
                throw new IntegrityException("The blob to upload, " + blob.digest()
                        + ", is longer than its descriptor's " + blob.sizeBytes() + " bytes");
            }
            sink.write(buffer, 0, n);
            at += n;
            position.accept(at);
        }
    }

    private int read(InputStream in, byte[] buffer, int length) {
        try {
            return in.read(buffer, 0, length);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private UnavailableException unreadable(IOException e) {
        return new UnavailableException(
                "Could not read the blob to upload, " + blob.digest() + ": " + e.getMessage(), e);
    }
}
