package io.sandboximage.internal.io;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;

/**
 * Passes a blob on and checks size and digest: the read that would return the end throws {@link IntegrityException} if either
 * is wrong, and more bytes than the size are never passed on.
 */
public final class VerifyingInputStream extends FilterInputStream implements VerifiedStream {
    private final Descriptor expected;
    private final String origin;
    private final MessageDigest hash;
    private long count;
    private boolean ended;

    /** @param origin where the bytes come from, for the message */
    public VerifyingInputStream(InputStream in, Descriptor expected, String origin) {
        super(in);
        this.expected = expected;
        this.origin = origin;
        this.hash = expected.digest().algorithm().newMessageDigest();
    }

    /** The stream as it is if it is verified anyway, else one that verifies it. */
    public static InputStream of(InputStream in, Descriptor expected, String origin) {
        boolean known = in instanceof VerifiedStream stream
                && stream.verified().digest().equals(expected.digest())
                && stream.verified().sizeBytes() == expected.sizeBytes();
        return known ? in : new VerifyingInputStream(in, expected, origin);
    }

    @Override
    public Descriptor verified() {
        return expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int n = read(one, 0, 1);
        return n < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        int n;
        try {
            n = in.read(buffer, offset, length);
        } catch (ClosedByInterruptException e) {
            throw new CancelledException(
                    "Cancelled while reading the blob " + expected.digest() + " from " + origin, e);
        }
        if (n < 0) {
            verify();
            ended = true;
            return -1;
        }
        count += n;
        if (count > expected.sizeBytes()) {
            throw new IntegrityException("The blob " + expected.digest() + " from " + origin
                    + " is longer than its descriptor's " + expected.sizeBytes() + " bytes");
        }
        hash.update(buffer, offset, n);
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        // Skipped bytes count for the digest too.
        byte[] buffer = new byte[(int) Math.min(8192, Math.max(1, n))];
        long left = n;
        while (left > 0) {
            int read = read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return n - left;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void verify() {
        if (count != expected.sizeBytes()) {
            throw new IntegrityException("The blob " + expected.digest() + " from " + origin + " has " + count
                    + " bytes instead of " + expected.sizeBytes());
        }
        Digest actual = Digest.of(expected.digest().algorithm(), hash.digest());
        if (!actual.equals(expected.digest())) {
            throw new IntegrityException("The blob " + expected.digest() + " from " + origin + " has the digest "
                    + actual + ": it was corrupted or changed. Delete it there and push it again");
        }
    }
}
