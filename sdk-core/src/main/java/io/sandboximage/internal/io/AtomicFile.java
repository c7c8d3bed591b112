package io.sandboximage.internal.io;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A file that appears under its name whole or not at all: written beside it, synced to disk, then renamed over it. Closing
 * without {@link #commit} removes what was written. For one thread, except for positional writes to {@link #channel()}.
 */
public final class AtomicFile implements AutoCloseable {
    /** How the names of unfinished files begin; what a killed process left may be removed by it. */
    public static final String TEMPORARY_PREFIX = ".incomplete-";

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean committed;

    private AtomicFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /** Begins a file; directories that lack are made, and the unfinished file lies beside the target. */
    public static AtomicFile create(Path target) {
        return create(target, parent(target));
    }

    /** @param directory where the unfinished file lies; on the same file system as the target */
    public static AtomicFile create(Path target, Path directory) {
        Path temporary = directory.resolve(TEMPORARY_PREFIX + UUID.randomUUID());
        try {
            Files.createDirectories(directory);
            Files.createDirectories(parent(target));
            FileChannel channel = FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new AtomicFile(target, temporary, channel);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** Writes a small file in one go. */
    public static void write(Path target, byte[] bytes) {
        try (AtomicFile file = create(target)) {
            file.stream().write(bytes);
            file.commit();
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /**
     * The same without waiting for the disk: after a power cut the file may be what it was before, torn, or not there; processes see
     * it whole or not at all.
     */
    public static void writeSoon(Path target, byte[] bytes) {
        try (AtomicFile file = create(target)) {
            file.stream().write(bytes);
            file.rename(target);
        } catch (IOException e) {
            throw failed(target, e);
        }
    }

    /** The unfinished file. */
    public Path temporary() {
        return temporary;
    }

    public FileChannel channel() {
        return channel;
    }

    /** Writes at the channel's position; closing it does nothing that {@link #close} does not. */
    public OutputStream stream() {
        return Channels.newOutputStream(channel);
    }

    /** Makes the file durable and gives it its name, in place of a file that has it already. */
    public void commit() {
        commitAs(target);
    }

    /** Like {@link #commit} with a name that depends on what was written; its directory is made if it lacks. */
    public void commitAs(Path name) {
        try {
            channel.force(true);
            rename(name);
        } catch (IOException e) {
            throw failed(name, e);
        }
        syncDirectory(parent(name));
    }

    @Override
    public void close() {
        if (committed) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(target, e);
        } finally {
            removeQuietly(temporary);
        }
    }

    /** A failure to write {@code target}, with what to do about it; or that the thread was interrupted meanwhile. */
    public static SandboxImageException failed(Path target, IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new CancelledException("Cancelled while writing " + target, cause);
        }
        return new StorageException(
                "Could not write " + target + ": " + reason(cause)
                        + ". Check the free space and the permissions there, or choose another place",
                cause);
    }

    /** What an I/O failure says; the JDK's file system exceptions say only the file's name and need their class. */
    public static String reason(IOException cause) {
        return cause instanceof java.nio.file.FileSystemException fs && fs.getReason() == null
                ? cause.getClass().getSimpleName() + " " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }

    /** Removes a file that nobody needs; a failure is not worth to hide the one that led here. */
    public static void removeQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException ignored) {
            // It carries the temporary prefix, so it can be told from finished files.
        }
    }

    private void rename(Path name) throws IOException {
        channel.close();
        Files.createDirectories(parent(name));
        Files.move(temporary, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        committed = true;
    }

    private static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException ignored) {
            // Not every system can sync a directory; the rename itself was atomic.
        }
    }

    private static Path parent(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        return parent == null ? target.toAbsolutePath() : parent;
    }
}
