package io.sandboximage.examples.cli;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Supplier;

/** The files that tell scripts what was built. Each appears whole or not at all. */
final class BuildRecords {
    private BuildRecords() {}

    /** @param metadata asked for only if there is a file for it */
    static void write(
            Supplier<byte[]> metadata, Optional<String> id, Optional<Path> metadataFile, Optional<Path> idFile) {
        metadataFile.ifPresent(file -> write(file, metadata.get()));
        idFile.ifPresent(file -> write(
                file,
                id.orElseThrow(
                                () -> new InvalidRequestException(
                                        "--iidfile " + file
                                                + " cannot be written: no image was made. Give --load, --push or an --output of an image"))
                        .getBytes(StandardCharsets.UTF_8)));
    }

    private static void write(Path file, byte[] content) {
        Path whole = file.toAbsolutePath();
        Path beside = whole.resolveSibling("." + whole.getFileName() + ".part");
        try {
            Files.write(beside, content);
            Files.move(beside, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StorageException("Could not write " + file + ": " + e.getMessage(), e);
        }
    }
}
