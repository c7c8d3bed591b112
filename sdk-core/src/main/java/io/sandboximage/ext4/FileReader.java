package io.sandboximage.ext4;

import io.sandboximage.error.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reader behind {@link Ext4Reader}. */
final class FileReader {
    private FileReader() {}

    static Ext4Reader open(Path file) {
        if (!Files.exists(file)) {
            throw new NotFoundException("There is no file " + file + " to read a file system from");
        }
        throw new UnsupportedOperationException("Reading " + file + " is being written");
    }
}
