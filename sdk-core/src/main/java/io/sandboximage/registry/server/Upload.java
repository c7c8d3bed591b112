package io.sandboximage.registry.server;

import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** An upload that was begun and neither finished nor cancelled. One request at a time holds it. */
final class Upload {
    private static final int BUFFER = 64 * 1024;

    private final String id;
    private final String repository;
    private final StorageBackend.Spool spool;
    private final long maxBytes;
    /** Kept up to date while bytes arrive, so that finishing by sha256 reads nothing again. */
    private final MessageDigest sha256 = Digest.Algorithm.SHA256.newMessageDigest();

    private final ReentrantLock lock = new ReentrantLock();
    private volatile Instant lastUse;
    private boolean ended;

    Upload(String id, String repository, StorageBackend.Spool spool, long maxBytes, Instant now) {
        this.id = id;
        this.repository = repository;
        this.spool = spool;
        this.maxBytes = maxBytes;
        this.lastUse = now;
    }

    String id() {
        return id;
    }

    String repository() {
        return repository;
    }

    /** Takes the upload for one request; false if another one has it or it has ended. */
    boolean acquire() {
        if (!lock.tryLock()) {
            return false;
        }
        if (ended) {
            lock.unlock();
            return false;
        }
        return true;
    }

    void release(Instant now) {
        lastUse = now;
        lock.unlock();
    }

    boolean idleSince(Instant limit) {
        return lastUse.isBefore(limit);
    }

    long size() {
        return spool.size();
    }

    /**
     * Adds what the request carries. What arrived before a connection broke is kept, so that the client can go on; where the
     * bytes cannot be kept the upload ends.
     */
    void append(Call call) throws IOException {
        if (call.contentLength() > maxBytes - size()) {
            throw RegistryException.tooLarge("the blob", maxBytes);
        }
        call.copyBody(this::keep);
    }

    private void keep(byte[] buffer, int offset, int length) {
        boolean kept = false;
        try {
            if (length > maxBytes - size()) {
                throw RegistryException.tooLarge("the blob", maxBytes);
            }
            spool.write(buffer, offset, length);
            sha256.update(buffer, offset, length);
            kept = true;
        } catch (IOException e) {
            throw new StorageException("Could not write an upload to " + repository + ": " + e, e);
        } finally {
            if (!kept) {
                end();
            }
        }
    }

    /** Stores what has arrived as a blob and ends the upload, also where the digest is wrong. */
    void finish(StoredRepository target, Digest expected) throws IOException {
        try {
            Digest actual = expected.algorithm() == Digest.Algorithm.SHA256
                    ? Digest.of(Digest.Algorithm.SHA256, sha256.digest())
                    : rehash(expected.algorithm());
            if (!actual.equals(expected)) {
                throw new RegistryException(
                        400,
                        RegistryException.DIGEST_INVALID,
                        "the content has the digest " + actual + ", not " + expected);
            }
            target.putBlob(spool, expected);
        } finally {
            end();
        }
    }

    boolean ended() {
        return ended;
    }

    /** Frees the bytes, unless they became a blob. The caller has acquired the upload. */
    void end() {
        ended = true;
        spool.discard();
    }

    private Digest rehash(Digest.Algorithm algorithm) throws IOException {
        MessageDigest hash = algorithm.newMessageDigest();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = spool.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.of(algorithm, hash.digest());
    }
}
