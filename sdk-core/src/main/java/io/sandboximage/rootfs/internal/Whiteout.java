package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import java.util.Arrays;

/** Markers that hide what lower layers hold (OCI image-spec, layer.md, "Whiteouts"). */
final class Whiteout {
    private static final byte[] PREFIX = {'.', 'w', 'h', '.'};
    private static final FileName OPAQUE = FileName.of(".wh..wh..opq");
    private static final byte[] AUFS_PREFIX = {'.', 'w', 'h', '.', '.', 'w', 'h', '.'};

    private Whiteout() {}

    /** Whether the last component of a raw path is a marker. */
    static boolean isMarker(byte[] path) {
        int end = path.length;
        while (end > 0 && (path[end - 1] == '/' || (end > 1 && path[end - 1] == '.' && path[end - 2] == '/'))) {
            end--;
        }
        int start = end;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        return end - start >= PREFIX.length
                && Arrays.equals(path, start, start + PREFIX.length, PREFIX, 0, PREFIX.length);
    }

    static boolean isMarker(FileName name) {
        return startsWith(name, PREFIX);
    }

    /** Whether it hides all lower content of its directory. */
    static boolean isOpaque(FileName name) {
        return name.equals(OPAQUE);
    }

    /** Whether it is bookkeeping that AUFS left in old layers: it means nothing to anybody else. */
    static boolean isAufsBookkeeping(FileName name) {
        return startsWith(name, AUFS_PREFIX) && !isOpaque(name);
    }

    /** @throws InvalidContentException if the marker hides nothing that could have a name */
    static FileName hidden(FileName marker, Object where) {
        byte[] bytes = marker.bytes();
        byte[] hidden = Arrays.copyOfRange(bytes, PREFIX.length, bytes.length);
        if (hidden.length == 0
                || Arrays.equals(hidden, new byte[] {'.'})
                || Arrays.equals(hidden, new byte[] {'.', '.'})) {
            throw new InvalidContentException(where + " is a whiteout that names nothing");
        }
        return FileName.of(hidden);
    }

    private static boolean startsWith(FileName name, byte[] prefix) {
        if (name.length() < prefix.length) {
            return false;
        }
        byte[] bytes = name.bytes();
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
