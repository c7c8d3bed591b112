package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.io.LeastRecentlyUsed;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A directory of blobs, {@code blobs/sha256/<hex>}, that saves fetching them again. A blob is verified while it is written and
 * appears whole or not at all. Thread-safe, and any number of processes may share the directory.
 *
 * <p>A hit is recognised by name and size alone, so it costs no reading; {@link #open} verifies the bytes while they stream.
 */
public final class BlobCache {
    /** Nobody loses a blob between finding and opening it. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final BlobDirectory blobs;
    private final long maxBytes;
    private final Map<Digest, ReentrantLock> fetching = new ConcurrentHashMap<>();

    private BlobCache(Path directory, long maxBytes) {
        this.blobs = new BlobDirectory(directory, directory.toString());
        this.maxBytes = maxBytes;
    }

    /** A cache without a limit; the directory is made when the first blob is stored. */
    public static BlobCache at(Path directory) {
        return new BlobCache(directory, Long.MAX_VALUE);
    }

    /**
     * The same directory kept below a size: after each store the blobs that were used longest ago are removed. Blobs used in the
     * last ten minutes stay in any case, so that nobody loses a blob between finding and opening it.
     *
     * @param newMaxBytes for all blobs together
     */
    public BlobCache maxBytes(long newMaxBytes) {
        return new BlobCache(blobs.root(), newMaxBytes);
    }

    public Path directory() {
        return blobs.root();
    }

    /** The blob's file, if it is there; counts as a use. */
    public Optional<Path> find(Descriptor blob) {
        Optional<Path> found = blobs.find(blob);
        found.ifPresent(BlobCache::touch);
        return found;
    }

    /**
     * The blob's file, fetched from {@code source} if it is not there yet.
     *
     * @param progress gets a child that counts the bytes
     * @throws StorageException if the directory cannot be written
     * @throws io.sandboximage.error.IntegrityException if the source gives other bytes; nothing is kept then
     */
    public Path fetch(Descriptor blob, ImageSource source, ProgressTask progress) {
        ReentrantLock lock = fetching.computeIfAbsent(blob.digest(), d -> new ReentrantLock());
        try {
            // Two threads that want one blob fetch it once; two processes fetch it twice and both succeed.
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the blob " + blob.digest(), e);
        }
        try (ProgressTask task = progress.child(
                "fetch " + blob.digest().shortHex(), io.sandboximage.progress.ProgressUnit.BYTES, blob.sizeBytes())) {
            Optional<Path> found = find(blob);
            if (found.isPresent()) {
                task.cached("in " + directory());
                return found.get();
            }
            try (InputStream in = source.openBlob(blob)) {
                blobs.write(blob, in, source.name(), task::advance);
            } catch (IOException e) {
                throw new UnavailableException(
                        "Could not read the blob " + blob.digest() + " from " + source.name() + ": "
                                + AtomicFile.reason(e),
                        e);
            }
            task.done();
            trim();
            return blobs.path(blob.digest());
        } finally {
            lock.unlock();
            fetching.remove(blob.digest(), lock);
        }
    }

    /** Opens a blob that is there, verified while it streams. */
    public InputStream open(Descriptor blob) {
        return blobs.open(blob);
    }

    /** Stores a blob from a stream that the caller closes; does nothing if it is there. */
    public Path store(Descriptor blob, InputStream content, String origin) {
        if (find(blob).isEmpty()) {
            blobs.write(blob, content, origin, n -> {});
            trim();
        }
        return blobs.path(blob.digest());
    }

    /**
     * Stores a blob from a stream that the caller closes, as one of many: {@link #trim} is called after some of them. Does nothing if
     * it is there.
     */
    public void storeUntrimmed(Descriptor blob, InputStream content, String origin) {
        if (find(blob).isEmpty()) {
            blobs.write(blob, content, origin, n -> {});
        }
    }

    /** Removes what is above the limit, and what killed processes left; {@link #fetch} and {@link #store} do so themselves. */
    public void trim() {
        blobs.removeLeftovers();
        if (maxBytes != Long.MAX_VALUE) {
            LeastRecentlyUsed.shrink(directory().resolve("blobs"), maxBytes, GRACE);
        }
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException ignored) {
            // A cache that may only be read still serves.
        }
    }
}
