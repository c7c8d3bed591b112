package io.sandboximage.registry.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** The open uploads. Those that nobody used for a while are dropped. Thread-safe. */
final class Uploads implements AutoCloseable {
    /** Each one may hold a file open. */
    private static final int MAX_OPEN = 512;

    private final StorageBackend backend;
    private final Clock clock;
    private final Duration maxIdle;
    private final long maxBlobBytes;
    private final Map<String, Upload> open = new ConcurrentHashMap<>();

    Uploads(StorageBackend backend, Clock clock, Duration maxIdle, long maxBlobBytes) {
        this.backend = backend;
        this.clock = clock;
        this.maxIdle = maxIdle;
        this.maxBlobBytes = maxBlobBytes;
    }

    /** A new upload, acquired by the caller. */
    Upload begin(String repository) {
        expire();
        if (open.size() >= MAX_OPEN) {
            throw new RegistryException(429, "TOOMANYREQUESTS", "there are " + MAX_OPEN + " open uploads already")
                    .header("Retry-After", "1");
        }
        Upload upload =
                new Upload(UUID.randomUUID().toString(), repository, backend.newSpool(), maxBlobBytes, clock.instant());
        upload.acquire();
        open.put(upload.id(), upload);
        return upload;
    }

    /** The open upload, acquired by the caller. */
    Upload acquire(String repository, String id) {
        expire();
        Upload upload = open.get(id);
        if (upload == null || !upload.repository().equals(repository)) {
            throw new RegistryException(
                    404, RegistryException.BLOB_UPLOAD_UNKNOWN, "there is no such upload; it may have expired");
        }
        if (!upload.acquire()) {
            throw new RegistryException(
                    409, RegistryException.BLOB_UPLOAD_INVALID, "another request is using this upload");
        }
        return upload;
    }

    /** Ends the request's hold on an upload, and forgets the upload if it has ended. */
    void release(Upload upload) {
        if (upload.ended()) {
            open.remove(upload.id());
        }
        upload.release(clock.instant());
    }

    /** Drops the uploads that are idle for too long. */
    void expire() {
        Instant limit = clock.instant().minus(maxIdle);
        for (Upload upload : open.values()) {
            if (upload.idleSince(limit) && upload.acquire()) {
                // A request may have used it between the two questions.
                if (upload.idleSince(limit)) {
                    upload.end();
                }
                release(upload);
            }
        }
    }

    @Override
    public void close() {
        for (Upload upload : open.values()) {
            // A request that holds one is about to fail, as its connection is closed; opening the store cleans up after
            // it.
            if (upload.acquire()) {
                upload.end();
                release(upload);
            }
        }
    }
}
