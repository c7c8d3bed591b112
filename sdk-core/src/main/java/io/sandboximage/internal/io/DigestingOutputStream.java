package io.sandboximage.internal.io;

import io.sandboximage.image.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Passes bytes on, and counts and hashes them by sha256. */
public final class DigestingOutputStream extends FilterOutputStream {
    private final MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
    private long count;

    public DigestingOutputStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        hash.update(bytes, offset, length);
        count += length;
    }

    public long count() {
        return count;
    }

    /** The digest of all bytes so far; to be asked for once. */
    public Digest digest() {
        return Digest.of(Digest.Algorithm.SHA256, hash.digest());
    }
}
