package io.sandboximage.buildkit.internal.session;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/** A blob that the daemon writes: hashed on its way, and only kept if it is what was promised. For one thread. */
final class BlobWriter implements AutoCloseable {
    private final BlobDirectory store;
    private final Digest expected;
    private final AtomicFile file;
    private final MessageDigest hash;
    private long offset;

    private BlobWriter(BlobDirectory store, Digest expected) {
        this.store = store;
        this.expected = expected;
        this.hash = expected.algorithm().newMessageDigest();
        this.file = AtomicFile.create(store.path(expected), store.root());
    }

    /** @throws io.grpc.StatusRuntimeException ALREADY_EXISTS if the blob is there, so that the daemon does not send it */
    static BlobWriter begin(BlobDirectory store, String expected, long total) throws IOException {
        Digest digest;
        try {
            digest = Digest.parse(expected);
        } catch (InvalidContentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
        Path path = store.path(digest);
        if (Files.isRegularFile(path) && (total <= 0 || Files.size(path) == total)) {
            throw Status.ALREADY_EXISTS
                    .withDescription("content " + digest + ": already exists")
                    .asRuntimeException();
        }
        return new BlobWriter(store, digest);
    }

    long offset() {
        return offset;
    }

    void write(long at, ByteString data) throws IOException {
        if (at != offset) {
            throw Status.OUT_OF_RANGE
                    .withDescription("offset " + at + " instead of " + offset)
                    .asRuntimeException();
        }
        for (ByteBuffer bytes : data.asReadOnlyByteBufferList()) {
            hash.update(bytes.duplicate());
            while (bytes.hasRemaining()) {
                file.channel().write(bytes);
            }
        }
        offset += data.size();
    }

    Digest commit(String promised, long total) {
        Digest actual = Digest.of(expected.algorithm(), hash.digest());
        boolean right = actual.equals(expected)
                && (promised.isEmpty() || promised.equals(actual.toString()))
                && (total <= 0 || total == offset);
        if (!right) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("the content is " + actual + " with " + offset + " bytes instead of " + expected)
                    .asRuntimeException();
        }
        file.commit();
        return actual;
    }

    @Override
    public void close() {
        file.close();
    }

    @Override
    public String toString() {
        return expected + " to " + store.root();
    }
}
