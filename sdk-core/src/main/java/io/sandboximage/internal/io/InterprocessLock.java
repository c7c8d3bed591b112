package io.sandboximage.internal.io;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock among the threads of this process and all processes that lock the same file. The file stays when the lock is released:
 * to remove it would let two holders lock two different files of one name. A killed process loses its locks.
 */
public final class InterprocessLock implements AutoCloseable {
    private static final long POLL_MILLIS = 5;

    // A file lock belongs to the whole JVM, so its threads need one of their own, shared by path.
    private static final Map<Path, ReentrantLock> IN_THIS_PROCESS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private InterprocessLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /**
     * Waits for the lock.
     *
     * @throws CancelledException if the thread is interrupted meanwhile
     */
    public static InterprocessLock acquire(Path file) {
        ReentrantLock threads = IN_THIS_PROCESS.computeIfAbsent(key(file), f -> new ReentrantLock());
        try {
            threads.lockInterruptibly();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the lock " + file, e);
        }
        boolean locked = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                // Not the waiting kind: the kernel holds a lock for the process, not for its thread, and where two
                // processes have several locks it sees deadlocks that are none, and refuses.
                while (channel.tryLock() == null) {
                    Thread.sleep(POLL_MILLIS);
                }
                locked = true;
                return new InterprocessLock(threads, channel);
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for the lock " + file, e);
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
        } catch (ClosedByInterruptException e) {
            throw new CancelledException("Cancelled while waiting for the lock " + file, e);
        } catch (IOException e) {
            throw new StorageException("Could not lock " + file + ": " + AtomicFile.reason(e), e);
        } finally {
            if (!locked) {
                threads.unlock();
            }
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // The descriptor is gone either way, and the lock with it.
        } finally {
            threads.unlock();
        }
    }

    private static Path key(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            return file;
        }
        try {
            Files.createDirectories(parent);
            return parent.toRealPath().resolve(String.valueOf(file.getFileName()));
        } catch (IOException e) {
            throw new StorageException("Could not lock " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
