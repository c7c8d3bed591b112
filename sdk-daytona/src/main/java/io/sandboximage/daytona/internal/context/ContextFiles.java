package io.sandboximage.daytona.internal.context;

import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
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
    private final List<PathMatcher> excludes = new ArrayList<>();
    private final TreeMap<String, Path> files = new TreeMap<>();
    private final List<String> links = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final List<String> emptyDirectories = new ArrayList<>();

    private ContextFiles(BuildContext context) {
        this.context = context;
        this.root = context.directory().toAbsolutePath().normalize();
        context.excludes().forEach(this::exclude);
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

    private void exclude(String pattern) {
        String plain = pattern.replaceFirst("^/+", "").replaceFirst("/+$", "");
        try {
            excludes.add(FileSystems.getDefault().getPathMatcher("glob:" + plain));
            if (plain.startsWith("**/")) {
                excludes.add(FileSystems.getDefault().getPathMatcher("glob:" + plain.substring("**/".length())));
            }
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException("\"" + pattern + "\" is not a valid pattern: " + e.getMessage(), e);
        }
    }

    private void scan() {
        if (!Files.isDirectory(root)) {
            throw new InvalidRequestException("The build context " + root + " is no directory");
        }
        if (context.paths().isEmpty()) {
            visit(root, "", 0);
        }
        for (String path : context.paths()) {
            Path file = root.resolve(path).normalize();
            if (!file.startsWith(root) || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new InvalidRequestException("The build context " + root + " has no \"" + path + "\"");
            }
            visit(file, name(root.relativize(file)), 0);
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

    private void visit(Path path, String name, int depth) {
        CancelledException.throwIfInterrupted("reading the build context " + root);
        if (!name.isEmpty() && excluded(name)) {
            return;
        }
        boolean link = Files.isSymbolicLink(path);
        if (link && !context.followLinks()) {
            links.add(name);
        } else if (Files.isDirectory(path)) {
            if (depth > MAX_DEPTH) {
                throw new InvalidRequestException("The build context " + root + " is too deep at \"" + name
                        + "\": a symbolic link may lead back into its own directory");
            }
            visitDirectory(path, name, depth);
        } else if (Files.isRegularFile(path)) {
            files.put(name, path);
        } else {
            others.add(name);
        }
    }

    private void visitDirectory(Path directory, String name, int depth) {
        List<Path> children;
        try (Stream<Path> list = Files.list(directory)) {
            children = list.sorted().toList();
        } catch (IOException e) {
            throw new StorageException("Could not read " + directory + " of the build context: " + e.getMessage(), e);
        }
        if (children.isEmpty() && !name.isEmpty()) {
            emptyDirectories.add(name);
        }
        for (Path child : children) {
            String base = String.valueOf(child.getFileName());
            visit(child, name.isEmpty() ? base : name + "/" + base, depth + 1);
        }
    }

    private boolean excluded(String name) {
        Path relative = Path.of(name);
        return excludes.stream().anyMatch(matcher -> matcher.matches(relative));
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
