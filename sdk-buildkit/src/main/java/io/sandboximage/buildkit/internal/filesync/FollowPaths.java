package io.sandboximage.buildkit.internal.filesync;

import io.sandboximage.internal.pattern.PathPattern;
import io.sandboximage.internal.pattern.SlashPaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which paths must travel so that some paths can be read on the other side: the paths themselves and every symlink on the way,
 * with its target. Symlinks cannot lead out of the root.
 */
final class FollowPaths {
    private final Path root;
    private final TreeSet<String> resolved = new TreeSet<>();

    private FollowPaths(Path root) {
        this.root = root;
    }

    /** Include patterns; empty if everything must be included. */
    static Optional<List<String>> resolve(Path root, List<String> paths) throws IOException {
        FollowPaths follow = new FollowPaths(root);
        for (String path : paths) {
            follow.add(path);
        }
        return withoutChildren(List.copyOf(follow.resolved));
    }

    /** Drops paths that lie below others of the list; empty if the root is among them. */
    static Optional<List<String>> withoutChildren(List<String> sorted) {
        List<String> kept = new ArrayList<>();
        String last = "";
        for (String path : sorted) {
            if (path.equals(".")) {
                return Optional.empty();
            }
            if (last.isEmpty() || !path.startsWith(last + "/")) {
                kept.add(path);
                last = path;
            }
        }
        return Optional.of(kept);
    }

    private void add(String path) throws IOException {
        String rest = SlashPaths.cleanBelowRoot(path);
        String current = "";
        while (true) {
            int slash = rest.indexOf('/');
            String part = slash < 0 ? rest : rest.substring(0, slash);
            rest = slash < 0 ? "" : rest.substring(slash + 1);
            current = current.isEmpty() ? part : current + "/" + part;
            List<String> targets = targets(current);
            if (!targets.isEmpty()) {
                if (resolved.add(current)) {
                    for (String target : targets) {
                        add(target + "/" + rest);
                    }
                }
                return;
            }
            if (rest.isEmpty()) {
                resolved.add(current);
                return;
            }
        }
    }

    /** Where the symlinks that a path names, perhaps with wildcards in its last part, point to from the root; none for others. */
    private List<String> targets(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(slash + 1);
        List<String> targets = new ArrayList<>();
        if (!hasWildcard(name)) {
            target(resolve(path), parent).ifPresent(targets::add);
            return targets;
        }
        Path directory = parent.isEmpty() ? root : resolve(parent);
        if (!Files.isDirectory(directory)) {
            return targets;
        }
        PathPattern pattern = PathPattern.ofName(name);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                if (pattern.matches(new String(FileName.bytes(child), StandardCharsets.UTF_8))) {
                    target(child, parent).ifPresent(targets::add);
                }
            }
        }
        return targets;
    }

    private static Optional<String> target(Path path, String parent) throws IOException {
        if (!Files.isSymbolicLink(path)) {
            return Optional.empty();
        }
        String link = new String(FileName.targetBytes(Files.readSymbolicLink(path)), StandardCharsets.UTF_8);
        return Optional.of(SlashPaths.clean(link.startsWith("/") ? link : "/" + parent + "/" + link));
    }

    private Path resolve(String path) {
        Path resolvedPath = root;
        for (String part : path.split("/")) {
            resolvedPath = FileName.resolve(resolvedPath, part.getBytes(StandardCharsets.UTF_8));
        }
        return resolvedPath;
    }

    private static boolean hasWildcard(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return true;
            }
        }
        return false;
    }
}
