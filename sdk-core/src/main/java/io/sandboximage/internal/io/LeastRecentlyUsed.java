package io.sandboximage.internal.io;

import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Removes the files of a directory that were used longest ago, by modification time. */
public final class LeastRecentlyUsed {
    private LeastRecentlyUsed() {}

    /** @param grace files used so recently are not removed: somebody may be about to open them */
    public static void shrink(Path directory, long maxBytes, Duration grace) {
        List<Used> files = list(directory);
        long total = files.stream().mapToLong(Used::sizeBytes).sum();
        files.sort(Comparator.comparing(Used::at).thenComparing(Used::file));
        Instant spared = Instant.now().minus(grace);
        for (Used file : files) {
            if (total <= maxBytes || file.at.isAfter(spared)) {
                return;
            }
            AtomicFile.removeQuietly(file.file);
            total -= file.sizeBytes;
        }
    }

    private static List<Used> list(Path directory) {
        List<Used> files = new ArrayList<>();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.add(new Used(
                            file,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE; // Removed by another process meanwhile.
                }
            });
        } catch (IOException e) {
            throw new StorageException("Could not list the cache " + directory + ": " + AtomicFile.reason(e), e);
        }
        return files;
    }

    private record Used(Path file, long sizeBytes, Instant at) {}
}
