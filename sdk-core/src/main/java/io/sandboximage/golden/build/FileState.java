package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.DigestingOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.SortedMap;
import java.util.TreeMap;

/** One digest for the files below a path, of what builds see of them: no times, no owners. */
final class FileState {
    private static final String GIT = ".git";

    private FileState() {}

    static Digest of(Path path) {
        SortedMap<String, Path> files = new TreeMap<>();
        try (DigestingOutputStream hash = new DigestingOutputStream(OutputStream.nullOutputStream())) {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean git = directory.endsWith(GIT);
                    if (!git) {
                        files.put(path.relativize(directory) + "/", directory);
                    }
                    return git ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    files.put(path.relativize(file).toString(), file);
                    return FileVisitResult.CONTINUE;
                }
            });
            for (var file : files.entrySet()) {
                CancelledException.throwIfInterrupted("looking at " + path);
                entry(file.getKey(), file.getValue(), hash);
            }
            return hash.digest();
        } catch (IOException e) {
            throw new StorageException("Could not look at " + path + ": " + AtomicFile.reason(e), e);
        }
    }

    private static void entry(String name, Path file, DigestingOutputStream hash) throws IOException {
        text(name, hash);
        if (Files.isSymbolicLink(file)) {
            text("link " + Files.readSymbolicLink(file), hash);
        } else if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            text("file " + Files.isExecutable(file) + " " + Files.size(file), hash);
            Files.copy(file, hash);
        }
    }

    private static void text(String text, DigestingOutputStream hash) throws IOException {
        hash.write(text.getBytes(StandardCharsets.UTF_8));
        hash.write(0);
    }
}
