package io.sandboximage.examples.cli;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The files that tell scripts what was built. Each appears whole or not at all. */
final class BuildRecords {
    private BuildRecords() {}

    static void write(SolveResult result, Optional<String> id, Optional<Path> metadata, Optional<Path> idFile) {
        metadata.ifPresent(file -> write(file, result.metadataJson()));
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
