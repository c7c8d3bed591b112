package io.sandboximage.rootfs.internal.tar;

import io.sandboximage.filetree.FileContent.Range;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One entry of a tar archive with all its extensions applied. The arrays are not to be changed.
 *
 * @param path as it stands in the archive, not normalised, in no particular encoding
 * @param linkTarget of symbolic and hard links; empty for everything else
 * @param permissions the low 12 mode bits
 * @param uid an unsigned 32-bit number
 * @param gid an unsigned 32-bit number
 * @param sizeBytes apparent size of a regular file; 0 for everything else
 * @param dataOffset where in the uncompressed archive the first data byte stands; data ranges follow each other without gaps
 * @param sparse data ranges of a sparse file; empty for a file without holes
 * @param xattrs values by full name, {@code security.capability}
 */
public record TarEntry(
        TarEntryType type,
        byte[] path,
        byte[] linkTarget,
        int permissions,
        int uid,
        int gid,
        long mtimeSeconds,
        int mtimeNanos,
        long sizeBytes,
        long dataOffset,
        Optional<List<Range>> sparse,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> xattrs) {

    /** The path for people; bytes that are not UTF-8 become replacement characters. */
    public String displayPath() {
        return display(path);
    }

    /** Bytes for people, shortened. */
    public static String display(byte[] bytes) {
        int shown = Math.min(bytes.length, 200);
        return new String(bytes, 0, shown, StandardCharsets.UTF_8) + (shown < bytes.length ? "…" : "");
    }
}
