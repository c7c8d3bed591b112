package io.sandboximage.daytona.internal.context;

import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.pattern.IgnoreFile;
import io.sandboximage.internal.pattern.PathPatterns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Finds the files of a context and what Daytona's builder would do to them. */
final class ContextFiles {
    private static final int MAX_NAMED = 10;
    private static final int MAX_DEPTH = 200;

    private final BuildContext context;
    private final Path root;
    private final PathPatterns excludes;
    private final TreeMap<String, Path> files = new TreeMap<>();
    private final List<String> links = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> emptyDirectories = new ArrayList<>();

    private ContextFiles(BuildContext context) {
        this.context = context;
        this.root = context.directory().toAbsolutePath().normalize();
        List<String> patterns = new ArrayList<>(IgnoreFile.patterns(root));
        context.excludes().stream().map(IgnoreFile::normal).forEach(patterns::add);
        this.excludes = PathPatterns.parse(patterns);
    }

    /**
     * @throws InvalidRequestException if a path is not there or leads out of the context, or if there are symbolic links or special
     *     files; the message names them
     */
    static ContextFiles find(BuildContext context) {
        ContextFiles found = new ContextFiles(context);
        found.scan();
        return found;
    }

    /** By their names in the archive, in the order of these. */
    Map<String, Path> files() {
        return files;
    }

    /** Directories that the builder will not see. */
    List<String> emptyDirectories() {
        return emptyDirectories;
    }

    private void scan() {
        if (!Files.isDirectory(root)) {
            throw new InvalidRequestException("The build context " + root + " is no directory");
        }
        if (context.paths().isEmpty()) {
            visitDirectory(root, "", 0, excludes.atRoot());
        }
        for (String path : context.paths()) {
            Path file = root.resolve(path).normalize();
            if (!file.startsWith(root) || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidRequestException("The build context " + root + " has no \"" + path + "\"");
            }
            visitNamed(file);
        }
        List<String> problems = new ArrayList<>();
        report(
                links,
                "symbolic links, of which Daytona's builder makes empty files: exclude them, or follow them",
                problems);
        report(others, "files that are neither regular files nor directories: exclude them", problems);
        if (!problems.isEmpty()) {
            throw new InvalidRequestException(
                    "The build context " + root + " cannot be sent: it has " + String.join("; and ", problems));
        }
    }

    /** A file or directory that was asked for by its path; what leaves out a directory above it leaves it out too. */
    private void visitNamed(Path path) {
        Path relative = root.relativize(path);
        if (relative.toString().isEmpty()) {
            visitDirectory(root, "", 0, excludes.atRoot());
            return;
        }
        PathPatterns.Match above = excludes.atRoot();
        for (int i = 1; i < relative.getNameCount(); i++) {
            above = excludes.match(name(relative.subpath(0, i)), above);
        }
        visit(path, name(relative), 0, above);
    }

    /** @param above what the patterns say of the directory that it is in */
    private void visit(Path path, String name, int depth, PathPatterns.Match above) {
        CancelledException.throwIfInterrupted("reading the build context " + root);
        PathPatterns.Match match = excludes.match(name, above);
        boolean link = Files.isSymbolicLink(path) && !context.followLinks();
        boolean directory = !link && Files.isDirectory(path);
        if (match.matched() && (!directory || excludes.noneBelow(name, true))) {
            return;
        }
        if (link) {
            links.add(name);
        } else if (directory) {
            if (depth > MAX_DEPTH) {
                throw new InvalidRequestException("The build context " + root + " is too deep at \"" + name
                        + "\": a symbolic link may lead back into its own directory");
            }
            visitDirectory(path, name, depth, match);
        } else if (Files.isRegularFile(path)) {
            files.put(name, path);
        } else {
            others.add(name);
        }
    }

    private void visitDirectory(Path directory, String name, int depth, PathPatterns.Match match) {
        List<Path> children;
        try (Stream<Path> list = Files.list(directory)) {
            children = list.sorted().toList();
        } catch (IOException e) {
            throw new StorageException("Could not read " + directory + " of the build context: " + e.getMessage(), e);
        }
        if (children.isEmpty() && !name.isEmpty() && !match.matched()) {
            emptyDirectories.add(name);
        }
        for (Path child : children) {
            String base = String.valueOf(child.getFileName());
            visit(child, name.isEmpty() ? base : name + "/" + base, depth + 1, match);
        }
    }

    private static String name(Path relative) {
        return relative.toString().replace('\\', '/');
    }

    private static void report(List<String> names, String what, List<String> problems) {
        if (!names.isEmpty()) {
            String shown = String.join(", ", names.subList(0, Math.min(MAX_NAMED, names.size())));
            problems.add(names.size() + " " + what + " (" + shown + (names.size() > MAX_NAMED ? ", …" : "") + ")");
        }
    }
}
