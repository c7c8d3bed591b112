package io.sandboximage.rootfs.internal;

import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A hidden directory beside a target, {@code .NAME.partial-…}, for what is being made. The finished file is renamed out of it; closing
 * removes the rest. A lock file inside tells live ones from those that a killed process left, which the next run for the same
 * target removes.
 */
public final class WorkDirectory implements AutoCloseable {
    private static final String LOCK = "lock";
    /**
     * Those of this process. POSIX drops a process's lock on a file when the process closes any other handle to it, so that looking
     * at one's own lock file would unlock it.
     */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path target;
    private final Path directory;
    private final @Nullable FileChannel lock;

    private WorkDirectory(Path target, Path directory, @Nullable FileChannel lock) {
        this.target = target;
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Removes what killed runs left, and begins a run.
     *
     * @throws StorageException if nothing can be written beside the target
     */
    public static WorkDirectory beside(Path target) {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new StorageException("Could not write " + target + ": it is the root directory", null);
        }
        String prefix = "." + absolute.getFileName() + ".partial-";
        Path directory = parent.resolve(prefix + UUID.randomUUID());
        OWN.add(directory);
        try {
            Files.createDirectories(parent);
            removeAbandoned(parent, prefix);
            Files.createDirectory(directory);
            return new WorkDirectory(absolute, directory, lock(directory.resolve(LOCK)));
        } catch (IOException e) {
            OWN.remove(directory);
            throw AtomicFile.failed(target, e);
        }
    }

    /** A path inside. */
    public Path resolve(String name) {
        return directory.resolve(name);
    }

    /**
     * Gives a finished file the target's name, in place of what has it.
     *
     * @param durable whether the name is on disk then; the file is to be synced before
     */
    public void publish(Path finished, boolean durable) {
        try {
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
        if (!durable) {
            return;
        }
        try (FileChannel parent = FileChannel.open(directory.resolveSibling("."), StandardOpenOption.READ)) {
            parent.force(true);
        } catch (IOException ignored) {
            // Not every system can sync a directory; the rename itself was atomic.
        }
    }

    @Override
    public void close() {
        removeTree(directory);
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException ignored) {
                // The lock goes with the process at the latest.
            }
        }
        OWN.remove(directory);
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (IOException e) {
            // No locks on this file system: then nobody can tell that this run is dead, and nobody removes its rest.
        }
        channel.close();
        return null;
    }

    private static void removeAbandoned(Path parent, String prefix) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                parent, path -> path.getFileName().toString().startsWith(prefix))) {
            for (Path directory : found) {
                if (!OWN.contains(directory) && Files.isRegularFile(directory.resolve(LOCK))) {
                    removeIfAbandoned(directory);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path directory) {
        try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), StandardOpenOption.WRITE)) {
            if (channel.tryLock() != null) {
                removeTree(directory);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // In use, or somebody else's: it stays.
        }
    }

    private static void removeTree(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException ignored) {
            // What stays has a name that tells what it is; a failure here must not hide the one that led here.
        }
    }
}
