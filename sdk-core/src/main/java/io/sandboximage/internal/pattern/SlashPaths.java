package io.sandboximage.internal.pattern;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths with slashes, as they travel. */
public final class SlashPaths {
    private SlashPaths() {}

    /** Lexically the shortest equal path: no empty and no {@code .} parts, {@code ..} resolved where it can be; never empty. */
    public static String clean(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!part.equals("..")) {
                parts.addLast(part);
            } else if (!parts.isEmpty() && !parts.peekLast().equals("..")) {
                parts.removeLast();
            } else if (!rooted) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }

    /** A path that cannot leave its root: cleaned as if it began there, without a leading slash; {@code .} for the root. */
    public static String cleanBelowRoot(String path) {
        String clean = clean("/" + path);
        return clean.equals("/") ? "." : clean.substring(1);
    }
}
