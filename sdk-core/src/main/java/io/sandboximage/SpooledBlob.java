package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A blob in a file that grows: one thread fills it, verifying, any number of {@link SpoolStream}s follow. */
final class SpooledBlob {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Descriptor blob;
    private final Path file;
    private final ImageSource origin;
    private final AtomicInteger readers = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean opened;
    private boolean complete;
    private boolean pinned;
    private long written;
    private @Nullable Throwable failure;

    SpooledBlob(Descriptor blob, Path directory, ImageSource origin) {
        this.blob = blob;
        this.file = directory.resolve(
                blob.digest().algorithm().prefix() + "-" + blob.digest().hex());
        this.origin = origin;
    }

    Descriptor descriptor() {
        return blob;
    }

    long sizeBytes() {
        return blob.sizeBytes();
    }

    Path path() {
        return file;
    }

    /** The blob for messages. */
    @Override
    public String toString() {
        return "the blob " + blob.digest() + " of " + origin.name();
    }

    /** Transfers the blob, in a thread of the spool's. */
    void fill() {
        String what = "reading " + this;
        try (InputStream in = VerifyingInputStream.of(origin.openBlob(blob), blob, origin.name());
                OutputStream out = create()) {
            change(() -> opened = true);
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            while ((n = read(in, buffer)) >= 0) {
                CancelledException.throwIfInterrupted(what);
                write(out, buffer, n);
                int more = n;
                change(() -> written += more);
            }
            change(() -> complete = true);
        } catch (IOException e) {
            end(new UnavailableException("Could not read " + this + ": " + AtomicFile.reason(e), e));
        } catch (Throwable e) {
            end(e);
        }
    }

    // Files.newOutputStream would be closed by an interrupt in the middle of a write, which is told better by our own
    // check.
    private OutputStream create() {
        try {
            return new FileOutputStream(file.toFile());
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    private int read(InputStream in, byte[] buffer) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new UnavailableException("Could not read " + this + ": " + AtomicFile.reason(e), e);
        }
    }

    private void write(OutputStream out, byte[] buffer, int count) {
        try {
            out.write(buffer, 0, count);
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    /** Ends the transfer with a failure, unless it has ended. */
    void end(Throwable reason) {
        change(() -> {
            if (!complete && failure == null) {
                failure = reason;
            }
        });
    }

    private void change(Runnable edit) {
        lock.lock();
        try {
            edit.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A reader at the start; the blob was {@link #retain}ed for it. Fails as the origin failed to open the blob. */
    InputStream open() {
        boolean open = false;
        try {
            lock.lock();
            try {
                awaitUntil(() -> opened || failure != null);
                if (!opened) {
                    rethrow();
                }
            } finally {
                lock.unlock();
            }
            InputStream stream = new SpoolStream(this);
            open = true;
            return stream;
        } finally {
            if (!open) {
                release();
            }
        }
    }

    /** Waits until there are bytes behind a position: how many there are, 0 at the end. */
    long awaitBytes(long position) {
        lock.lock();
        try {
            awaitUntil(() -> written > position || complete || failure != null);
            // Also what was written counts for nothing if the rest of it turned out to be wrong.
            if (!complete) {
                rethrow();
            }
            return Math.max(0, written - position);
        } finally {
            lock.unlock();
        }
    }

    private void awaitUntil(BooleanSupplier condition) {
        try {
            while (!condition.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("reading " + this, e);
        }
    }

    private void rethrow() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    void retain() {
        readers.incrementAndGet();
    }

    void release() {
        readers.decrementAndGet();
    }

    boolean hasFailed() {
        lock.lock();
        try {
            return failure != null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is whole and nobody is at it. */
    boolean isIdle() {
        lock.lock();
        try {
            return complete && !pinned && readers.get() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** The file, if the blob is whole; from then on it is never idle. */
    Optional<Path> pin() {
        lock.lock();
        try {
            pinned |= complete;
            return complete ? Optional.of(file) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void remove() {
        AtomicFile.removeQuietly(file);
    }
}
