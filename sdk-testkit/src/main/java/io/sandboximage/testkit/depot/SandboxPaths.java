package io.sandboximage.testkit.depot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;

/** Paths in the root of a sandbox, resolved as if that root were the machine's: no link leads out of it. */
final class SandboxPaths {
    private static final int MAX_LINKS = 40;

    private SandboxPaths() {}

    /** @param followLast whether a link at the end is followed as those before it are */
    static Path resolve(Path root, String path, boolean followLast) {
        if (!path.startsWith("/")) {
            throw new RpcFault("invalid_argument", "path must be absolute: " + path);
        }
        Deque<String> names = new ArrayDeque<>(Arrays.asList(path.split("/")));
        Path at = root;
        int links = 0;
        while (!names.isEmpty()) {
            String name = names.poll();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                at = at.equals(root) ? root : Objects.requireNonNull(at.getParent(), "below the root");
                continue;
            }
            Path next = at.resolve(name);
            if (!Files.isSymbolicLink(next) || (names.isEmpty() && !followLast)) {
                at = next;
                continue;
            }
            links++;
            if (links > MAX_LINKS) {
                throw new RpcFault("failed_precondition", "ELOOP: too many links: " + path);
            }
            String target = target(next);
            String[] parts = target.split("/");
            for (int i = parts.length - 1; i >= 0; i--) {
                names.addFirst(parts[i]);
            }
            at = target.startsWith("/") ? root : at;
        }
        return at;
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
