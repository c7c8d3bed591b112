package io.sandboximage.internal.io;

import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is removed, with everything in it, when it is closed. */
public record TemporaryDirectory(Path path) implements AutoCloseable {
    /**
     * Makes one where the system keeps temporary files; only this user may look into it.
     *
     * @param purpose a part of its name
     */
    public static TemporaryDirectory create(String purpose) {
        try {
            return new TemporaryDirectory(Files.createTempDirectory("sandbox-image-" + purpose));
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary directory: " + AtomicFile.reason(e), e);
        }
    }

    /** What cannot be removed stays: temporary directories are the system's to clean in the end. */
    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).forEach(AtomicFile::removeQuietly);
        } catch (IOException | UncheckedIOException ignored) {
            // As above.
        }
    }
}
