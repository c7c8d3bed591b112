package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.concurrent.DaemonThreads;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs on their way from one origin to several readers. The first who wants a blob sets off its transfer to a file; all readers
 * follow the file while it grows, each at its own pace, and the transfer depends on none of them. A blob that would pass the limit
 * pushes out those that nobody reads, longest unused first; where that does not make room it comes straight from the origin.
 */
final class BlobSpool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobSpool.class);
    private static final float LOAD_FACTOR = 0.75f;
    private static final int CAPACITY = 16;

    private final ImageSource origin;
    private final Path directory;
    private final long maxBytes;
    private final ExecutorService transfers = DaemonThreads.pool("sandbox-image spool");
    private final ReentrantLock lock = new ReentrantLock();
    /** The one used longest ago first. */
    private final Map<Digest, SpooledBlob> blobs = new LinkedHashMap<>(CAPACITY, LOAD_FACTOR, true);

    private long usedBytes;
    private long readBytes;
    private long sharedBytes;

    /** @param directory exists, and is nobody else's */
    BlobSpool(ImageSource origin, Path directory, long maxBytes) {
        this.origin = origin;
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /**
     * What was asked for so far.
     *
     * @param readBytes of blobs that were read from the origin, each as often as that happened
     * @param sharedBytes of blobs that were there already, or on their way, each as often as it was asked for again
     */
    record Reading(long readBytes, long sharedBytes) {}

    Reading reading() {
        lock.lock();
        try {
            return new Reading(readBytes, sharedBytes);
        } finally {
            lock.unlock();
        }
    }

    InputStream open(Descriptor blob) {
        SpooledBlob entry = admit(blob);
        return entry == null ? origin.openBlob(blob) : entry.open();
    }

    /** The file of a blob that is whole; it stays until the end. */
    Optional<Path> file(Descriptor blob) {
        lock.lock();
        try {
            Optional<Path> file = Optional.ofNullable(blobs.get(blob.digest())).flatMap(SpooledBlob::pin);
            sharedBytes += file.isPresent() ? blob.sizeBytes() : 0;
            return file;
        } finally {
            lock.unlock();
        }
    }

    /** Null where there is no room. */
    private @Nullable SpooledBlob admit(Descriptor blob) {
        lock.lock();
        try {
            SpooledBlob entry = blobs.get(blob.digest());
            if (entry != null && entry.hasFailed()) {
                // Its readers know; who asks anew gets a new try.
                forget(entry);
                blobs.remove(blob.digest());
                entry = null;
            }
            if (entry == null) {
                readBytes += blob.sizeBytes();
                if (!makeRoom(blob.sizeBytes())) {
                    return null;
                }
                entry = new SpooledBlob(blob, directory, origin);
                blobs.put(blob.digest(), entry);
                usedBytes += blob.sizeBytes();
                transfers.execute(entry::fill);
            } else {
                sharedBytes += blob.sizeBytes();
            }
            entry.retain();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private boolean makeRoom(long bytes) {
        if (bytes > maxBytes) {
            return false;
        }
        Iterator<SpooledBlob> oldest = blobs.values().iterator();
        while (usedBytes > maxBytes - bytes && oldest.hasNext()) {
            SpooledBlob candidate = oldest.next();
            if (candidate.isIdle()) {
                forget(candidate);
                oldest.remove();
            }
        }
        return usedBytes <= maxBytes - bytes;
    }

    private void forget(SpooledBlob entry) {
        entry.remove();
        usedBytes -= entry.sizeBytes();
    }

    /** Ends the transfers and waits until they have let go of the origin; the directory is its owner's to remove. */
    @Override
    public void close() {
        transfers.shutdownNow();
        boolean interrupted = false;
        try {
            // A transfer that does not obey is left behind, as a branch would be.
            if (!transfers.awaitTermination(Branches.GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.debug("Transfers from {} did not stop when they were interrupted", origin.name());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        lock.lock();
        try {
            CancelledException closed =
                    new CancelledException("The run that " + origin.name() + " was read for has ended");
            blobs.values().forEach(entry -> entry.end(closed));
        } finally {
            lock.unlock();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
