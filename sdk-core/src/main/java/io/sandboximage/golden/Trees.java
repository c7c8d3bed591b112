package io.sandboximage.golden;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.golden.internal.host.Program;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Folders with all that is in them. */
final class Trees {
    /** Not with -a: that one is silent about attributes that it loses. */
    static final List<String> COPY = List.of(
            "cp",
            "--no-dereference",
            "--recursive",
            "--preserve=mode,ownership,timestamps,links,xattr",
            "--reflink=auto");

    private Trees() {}

    /** Sizes and number of what is in a folder; layers that lie elsewhere are followed by the caller. */
    record Extent(long bytes, long files) {
        Extent plus(Extent other) {
            return new Extent(bytes + other.bytes, files + other.files);
        }
    }

    /** Copies a tree with owners, times, links, devices, holes and extended attributes; a file that cannot be copied whole is an error. */
    static void copy(Path source, Path target) {
        List<Object> command = new ArrayList<>(COPY);
        command.addAll(List.of("--no-target-directory", source, target));
        Program.run("copy " + source, command.toArray());
    }

    /** Removes a tree, as far as it is there. */
    static void remove(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE; // Somebody else is removing it too.
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
                    if (e != null && !(e instanceof NoSuchFileException)) {
                        throw e;
                    }
                    Files.deleteIfExists(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new StorageException("Could not remove " + folder + ": " + AtomicFile.reason(e), e);
        }
    }

    static Extent measure(Path folder) {
        AtomicLong bytes = new AtomicLong();
        AtomicLong files = new AtomicLong();
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    CancelledException.throwIfInterrupted("measuring " + folder);
                    files.incrementAndGet();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.incrementAndGet();
                    if (attributes.isRegularFile()) {
                        bytes.addAndGet(attributes.size());
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw new StorageException("Could not measure " + folder + ": " + e.getMessage(), e);
        }
        return new Extent(bytes.get(), files.get());
    }

    /** Makes everything on the folder's file system durable. */
    static void sync(Path folder) {
        Program.run("write " + folder + " to disk", "sync", "--file-system", folder);
    }

    /** Renames in one step, and makes that durable. */
    static void move(Path from, Path to) {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            syncFolder(to.getParent());
            syncFolder(from.getParent());
        } catch (IOException e) {
            throw AtomicFile.failed(to, e);
        }
    }

    static void makeFolders(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw AtomicFile.failed(folder, e);
        }
    }

    private static void syncFolder(@Nullable Path folder) throws IOException {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
