package io.sandboximage;

import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;

/** Follows a {@link SpooledBlob} while it grows; a read waits for bytes, which were verified at its end, and obeys interruption. */
final class SpoolStream extends InputStream implements VerifiedStream {
    private final SpooledBlob blob;
    private final RandomAccessFile file;
    private long position;
    private boolean closed;

    SpoolStream(SpooledBlob blob) {
        this.blob = blob;
        try {
            this.file = new RandomAccessFile(blob.path().toFile(), "r");
        } catch (IOException e) {
            throw new StorageException("Could not read " + blob.path() + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public Descriptor verified() {
        return blob.descriptor();
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
        long available = blob.awaitBytes(position);
        if (available == 0) {
            return -1;
        }
        int n = file.read(buffer, offset, (int) Math.min(available, length));
        if (n < 0) {
            throw new StorageException("The file " + blob.path() + " has lost its end: something else changed it");
        }
        position += n;
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = Math.max(0, Math.min(n, blob.sizeBytes() - position));
        position += skipped;
        file.seek(position);
        return skipped;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            blob.release();
            file.close();
        }
    }
}
