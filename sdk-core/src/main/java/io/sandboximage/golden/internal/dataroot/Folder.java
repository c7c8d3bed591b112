package io.sandboximage.golden.internal.dataroot;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reading and clearing folders of an engine, with failures in our words. */
final class Folder {
    private static final int MAX_FILE = 64_000_000;

    private Folder() {}

    /** What is in a folder, sorted; nothing where there is none. */
    static List<Path> list(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw new StorageException("Could not list " + folder + ": " + AtomicFile.reason(e), e);
        }
        Collections.sort(found);
        return found;
    }

    static Optional<byte[]> read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE) {
                throw new InvalidContentException(file + " has more bytes than such a file of an engine can have");
            }
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    static Optional<String> text(Path file) {
        return read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip());
    }

    /** Overwrites a file that is there; it keeps its owner and mode. */
    static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw AtomicFile.failed(file, e);
        }
    }

    static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes a file or a folder with all in it; links are removed, not followed. */
    static void remove(Path path) {
        try {
            FileTrees.delete(path);
        } catch (IOException e) {
            throw new StorageException("Could not remove " + path + ": " + AtomicFile.reason(e), e);
        }
    }
}
