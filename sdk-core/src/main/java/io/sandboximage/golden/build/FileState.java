package io.sandboximage.golden.build;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.internal.pattern.IgnoreFile;
import io.sandboximage.internal.pattern.PathPatterns;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One digest for the files below a path, of what builds see of them: no times, no owners, nothing that a {@code .dockerignore} leaves out. */
final class FileState {
    private static final String GIT = ".git";
    /** Builds see these whatever is left out. */
    private static final Set<String> ALWAYS = Set.of("Dockerfile", ".dockerignore");

    private FileState() {}

    static Digest of(Path path) {
        SortedMap<String, Path> files = new TreeMap<>();
        try (DigestingOutputStream hash = new DigestingOutputStream(OutputStream.nullOutputStream())) {
            Files.walkFileTree(path, new Finder(path, files));
            for (var file : files.entrySet()) {
                CancelledException.throwIfInterrupted("looking at " + path);
                entry(file.getKey(), file.getValue(), hash);
            }
            return hash.digest();
        } catch (IOException e) {
            throw new StorageException("Could not look at " + path + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Collects what counts. */
    private static final class Finder extends SimpleFileVisitor<Path> {
        private final Path root;
        private final SortedMap<String, Path> files;
        private final PathPatterns ignored;
        /** What the patterns say of the folders that the present file is in, the innermost first. */
        private final Deque<PathPatterns.Match> above = new ArrayDeque<>();

        Finder(Path root, SortedMap<String, Path> files) {
            this.root = root;
            this.files = files;
            this.ignored = PathPatterns.parse(IgnoreFile.patterns(root));
        }

        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = name(directory);
            if (directory.endsWith(GIT)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            PathPatterns.Match match = name.isEmpty() ? ignored.atRoot() : ignored.match(name, above.element());
            if (match.matched() && ignored.noneBelow(name, true)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            above.push(match);
            if (!match.matched()) {
                files.put(name + "/", directory);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) throws IOException {
            above.pop();
            return super.postVisitDirectory(directory, e);
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = name(file);
            // A path to a file has no folder above it here.
            boolean counts = above.isEmpty()
                    || ALWAYS.contains(name)
                    || !ignored.match(name, above.element()).matched();
            if (counts) {
                files.put(name, file);
            }
            return FileVisitResult.CONTINUE;
        }

        private String name(Path file) {
            return root.relativize(file).toString();
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
