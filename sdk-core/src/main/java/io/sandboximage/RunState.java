package io.sandboximage;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run keeps on disk: in the pipeline's state directory, if it has one, the lock against a second run, the journal, and the
 * spool; else a spool where the system keeps temporary files. The spool goes when the run ends; one that a killed run left goes
 * when the next begins.
 */
final class RunState implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String JOURNAL = "journal.json";
    private static final String SPOOL = "spool";

    private final @Nullable FileChannel lock;
    private final TemporaryDirectory spool;
    private final RunJournal journal;

    private RunState(@Nullable FileChannel lock, TemporaryDirectory spool, RunJournal journal) {
        this.lock = lock;
        this.spool = spool;
        this.journal = journal;
    }

    /** @throws ConflictException if another run has the directory */
    static RunState open(Optional<Path> directory) {
        if (directory.isEmpty()) {
            return new RunState(null, TemporaryDirectory.create("spool"), RunJournal.none());
        }
        Path state = directory.get();
        FileChannel lock = null;
        try {
            Files.createDirectories(state);
            lock = lock(state);
            removeLeftovers(state);
            TemporaryDirectory spool = new TemporaryDirectory(state.resolve(SPOOL));
            spool.close();
            Files.createDirectories(spool.path());
            RunState opened = new RunState(lock, spool, RunJournal.open(state.resolve(JOURNAL)));
            lock = null;
            return opened;
        } catch (IOException e) {
            throw new StorageException(
                    "Could not use the pipeline's state directory " + state + ": " + AtomicFile.reason(e)
                            + ". Check the free space and the permissions there, or choose another place",
                    e);
        } finally {
            closeQuietly(lock);
        }
    }

    /** The journal as it is now, for plans; nothing is locked or changed. */
    static RunJournal peek(Optional<Path> directory) {
        return directory.map(d -> RunJournal.open(d.resolve(JOURNAL))).orElseGet(RunJournal::none);
    }

    RunJournal journal() {
        return journal;
    }

    Path spool() {
        return spool.path();
    }

    @Override
    public void close() {
        spool.close();
        closeQuietly(lock);
    }

    // The file stays: to remove it would let two runs lock two different files of one name.
    private static FileChannel lock(Path state) throws IOException {
        Path file = state.resolve(LOCK);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw busy(state, e);
        } finally {
            if (held == null) {
                channel.close();
            }
        }
        if (held == null) {
            throw busy(state, null);
        }
        return channel;
    }

    private static ConflictException busy(Path state, @Nullable Throwable cause) {
        return new ConflictException(
                "Could not run the pipeline: another run is using its state directory " + state
                        + ". Wait for that one to end, or give this one a directory of its own",
                cause);
    }

    private static void removeLeftovers(Path state) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(state, AtomicFile.TEMPORARY_PREFIX + "*")) {
            files.forEach(AtomicFile::removeQuietly);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // The descriptor is gone either way, and the lock with it.
            }
        }
    }
}
