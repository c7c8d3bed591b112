package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Paths of tar entries, taken apart. */
final class EntryPath {
    /** Longer paths are refused. */
    static final int MAX_BYTES = 16 * 1024;
    /** Deeper paths are refused; Linux could not open them by name. */
    static final int MAX_DEPTH = 2048;

    private EntryPath() {}

    /**
     * The components of a path below the root: leading, repeated and trailing slashes and {@code .} fall away, {@code ..} takes the
     * name before it away.
     *
     * @param where what has the path, for messages
     * @return empty for the root itself
     * @throws InvalidContentException if the path leads out of the root, is too long, or holds an impossible name
     */
    static List<FileName> components(byte[] path, Object where) {
        if (path.length == 0) {
            throw new InvalidContentException(where + " has an empty path");
        }
        List<FileName> components = new ArrayList<>();
        for (byte[] part : parts(path, where)) {
            if (isParent(part)) {
                if (components.isEmpty()) {
                    throw new InvalidContentException(where + " leads out of the image's root");
                }
                components.remove(components.size() - 1);
            } else {
                components.add(name(part, where));
            }
        }
        if (components.size() > MAX_DEPTH) {
            throw new InvalidContentException(
                    where + " nests " + components.size() + " directories, more than the " + MAX_DEPTH + " accepted");
        }
        return components;
    }

    /** What stands between slashes, without what is empty or {@code .}; {@code ..} included. */
    static List<byte[]> parts(byte[] path, Object where) {
        if (path.length > MAX_BYTES) {
            throw new InvalidContentException(
                    where + " has a path of " + path.length + " bytes, more than the " + MAX_BYTES + " accepted");
        }
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                if (i > start && !(i == start + 1 && path[start] == '.')) {
                    parts.add(Arrays.copyOfRange(path, start, i));
                }
                start = i + 1;
            }
        }
        return parts;
    }

    static boolean isParent(byte[] part) {
        return part.length == 2 && part[0] == '.' && part[1] == '.';
    }

    static FileName name(byte[] part, Object where) {
        try {
            return FileName.of(part);
        } catch (InvalidContentException e) {
            throw new InvalidContentException(where + ": " + e.getMessage(), e);
        }
    }
}
