package io.sandboximage.buildkit.internal.filesync;

import com.google.protobuf.ByteString;
import io.sandboximage.buildkit.internal.proto.Stat;
import io.sandboximage.internal.pattern.PathPatterns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a context that a daemon asked for: parents before children, depth first, siblings by the bytes of their
 * names, which is the order that the daemon insists on. Directories that hold nothing of interest are not opened where the
 * patterns allow to tell.
 */
final class ContextWalk {
    private final Path root;
    private final PathPatterns includes;
    private final PathPatterns excludes;
    private final Visitor visitor;
    private final StatReader stats = new StatReader();

    private ContextWalk(Path root, PathPatterns includes, PathPatterns excludes, Visitor visitor) {
        this.root = root;
        this.includes = includes;
        this.excludes = excludes;
        this.visitor = visitor;
    }

    /** Takes the files in order. */
    interface Visitor {
        void file(Path path, Stat stat) throws IOException, InterruptedException;
    }

    static void walk(Path root, FileFilter filter, Visitor visitor) throws IOException, InterruptedException {
        List<String> patterns = new ArrayList<>(filter.includes());
        if (!filter.followPaths().isEmpty()) {
            Optional<List<String>> followed = FollowPaths.resolve(root, filter.followPaths());
            if (followed.isPresent()) {
                patterns.addAll(followed.get());
                patterns.sort(null);
            }
            patterns =
                    followed.isPresent() ? FollowPaths.withoutChildren(patterns).orElse(List.of()) : patterns;
        }
        PathPatterns includes = PathPatterns.parse(patterns);
        PathPatterns excludes = PathPatterns.parse(filter.excludes());
        ContextWalk walk = new ContextWalk(root, includes, excludes, visitor);
        walk.directory(new Directory(null, root, "", ByteString.EMPTY, includes.atRoot(), excludes.atRoot()));
    }

    private void directory(Directory directory) throws IOException, InterruptedException {
        List<Child> children;
        try {
            children = children(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            if (directory.path.equals(root)) {
                throw e;
            }
            return; // It went away while we walked.
        } catch (AccessDeniedException e) {
            if (directory.wanted) {
                throw e;
            }
            return;
        }
        for (Child child : children) {
            visit(directory, child);
        }
    }

    private void visit(Directory parent, Child child) throws IOException, InterruptedException {
        String path = parent.prefix + new String(child.name, StandardCharsets.UTF_8);
        StatReader.Entry entry = stats.read(child.path);
        if (entry == null) {
            return; // It went away while we walked.
        }
        boolean isDirectory = entry.isDirectory();
        PathPatterns.Match included = includes.match(path, parent.included);
        PathPatterns.Match excluded = excludes.match(path, parent.excluded);
        boolean wanted = (includes.isEmpty() || included.matched()) && !excluded.matched();
        if (!wanted && !isDirectory) {
            return;
        }
        if (!includes.isEmpty() && !included.matched() && includes.noneBelow(path, false)) {
            return;
        }
        if (excluded.matched() && excludes.noneBelow(path, true)) {
            return;
        }
        ByteString wirePath = parent.wirePrefix.concat(ByteString.copyFrom(child.name));
        if (wanted) {
            emit(parent);
            visitor.file(child.path, stats.complete(entry, child.path, wirePath));
        }
        if (isDirectory) {
            Directory directory = new Directory(
                    parent, child.path, path + "/", wirePath.concat(ByteString.copyFromUtf8("/")), included, excluded);
            directory.wanted = wanted;
            directory.emitted = wanted;
            directory(directory);
        }
    }

    /** Directories that do not match but hold something that does come right before it. */
    private void emit(Directory directory) throws IOException, InterruptedException {
        Directory parent = directory.parent;
        if (parent == null || directory.emitted) {
            return;
        }
        emit(parent);
        directory.emitted = true;
        StatReader.Entry entry = stats.read(directory.path);
        if (entry != null) {
            ByteString wirePath = directory.wirePrefix.substring(0, directory.wirePrefix.size() - 1);
            visitor.file(directory.path, stats.complete(entry, directory.path, wirePath));
        }
    }

    private static List<Child> children(Directory directory) throws IOException {
        List<Child> children = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory.path)) {
            for (Path path : stream) {
                children.add(new Child(path, FileName.bytes(path)));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        children.sort((a, b) -> Arrays.compareUnsigned(a.name, b.name));
        return children;
    }

    /** A name with its bytes, which decide the order. */
    private static final class Child {
        private final Path path;
        private final byte[] name;

        Child(Path path, byte[] name) {
            this.path = path;
            this.name = name;
        }
    }

    private static final class Directory {
        private final @Nullable Directory parent;
        private final Path path;
        private final String prefix;
        private final ByteString wirePrefix;
        private final PathPatterns.Match included;
        private final PathPatterns.Match excluded;
        private boolean wanted = true;
        private boolean emitted;

        Directory(
                @Nullable Directory parent,
                Path path,
                String prefix,
                ByteString wirePrefix,
                PathPatterns.Match included,
                PathPatterns.Match excluded) {
            this.parent = parent;
            this.path = path;
            this.prefix = prefix;
            this.wirePrefix = wirePrefix;
            this.included = included;
            this.excluded = excluded;
        }
    }
}
