package io.sandboximage.buildkit.internal.filesync;

import io.sandboximage.internal.pattern.SlashPaths;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Files of a directory as the daemon will see them: symbolic links lead to what is inside, or nowhere. */
public final class SourceFiles {
    private static final int MAX_LINKS = 40;

    private SourceFiles() {}

    /** Whether a name in the directory is a file, or links to one inside. */
    public static boolean isFile(Path root, String name) {
        String path = SlashPaths.cleanBelowRoot(name);
        for (int links = 0; links <= MAX_LINKS; links++) {
            Path file = root;
            boolean followed = false;
            String[] parts = path.split("/");
            for (int i = 0; i < parts.length && !followed; i++) {
                file = FileName.resolve(file, parts[i].getBytes(StandardCharsets.UTF_8));
                if (Files.isSymbolicLink(file)) {
                    path = through(file, parts, i);
                    followed = true;
                }
            }
            if (!followed) {
                return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
            }
        }
        return false;
    }

    /** The path with the link at one of its parts replaced by its target. */
    private static String through(Path link, String[] parts, int at) {
        String target;
        try {
            target = new String(FileName.targetBytes(Files.readSymbolicLink(link)), StandardCharsets.UTF_8);
        } catch (java.io.IOException e) {
            return "."; // It is gone; the root is no file.
        }
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < at && !target.startsWith("/"); i++) {
            path.append(parts[i]).append('/');
        }
        path.append(target);
        for (int i = at + 1; i < parts.length; i++) {
            path.append('/').append(parts[i]);
        }
        return SlashPaths.cleanBelowRoot(path.toString());
    }
}
