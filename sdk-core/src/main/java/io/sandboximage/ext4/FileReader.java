package io.sandboximage.ext4;

import java.nio.file.Path;

/** The reader behind {@link Ext4Reader}. */
final class FileReader {
    private FileReader() {}

    static Ext4Reader open(Path file) {
        throw new UnsupportedOperationException("Reading " + file + " is being written");
    }
}
