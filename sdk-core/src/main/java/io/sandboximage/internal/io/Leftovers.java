package io.sandboximage.internal.io;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Unfinished files of processes that were killed. */
public final class Leftovers {
    private static final Duration AGE = Duration.ofDays(1);

    private Leftovers() {}

    /** Removes those that lie in a directory itself and are so old, a day, that nobody can be at them. */
    public static void remove(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        Instant old = Instant.now().minus(AGE);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, AtomicFile.TEMPORARY_PREFIX + "*")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    AtomicFile.removeQuietly(file);
                }
            }
        } catch (IOException ignored) {
            // Somebody else cleans up at the same time, or may not be allowed to; nothing depends on it.
        }
    }
}
