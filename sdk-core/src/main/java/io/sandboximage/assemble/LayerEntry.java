package io.sandboximage.assemble;

import io.sandboximage.internal.tar.TarHeader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a layer, ready to be written.
 *
 * @param type of {@link TarHeader}
 * @param link target of a link, one char a byte; empty otherwise
 * @param bytes content that is in memory, or null
 * @param file content that is read from a file, or null
 * @param state what tells a changed source from an unchanged one; empty where everything is in the other values
 */
record LayerEntry(
        char type,
        int mode,
        long uid,
        long gid,
        long sizeBytes,
        String link,
        int major,
        int minor,
        byte @Nullable [] bytes,
        @Nullable Path file,
        String state) {

    static LayerEntry directory(int mode) {
        return new LayerEntry(TarHeader.TYPE_DIRECTORY, mode, 0, 0, 0, "", 0, 0, null, null, "");
    }

    static LayerEntry symlink(String link) {
        return new LayerEntry(TarHeader.TYPE_SYMLINK, 0777, 0, 0, 0, link, 0, 0, null, null, "");
    }

    static LayerEntry hardLink(String path, LayerEntry to) {
        return new LayerEntry(TarHeader.TYPE_HARD_LINK, to.mode, to.uid, to.gid, 0, path, 0, 0, null, null, to.state);
    }

    static LayerEntry bytes(byte[] content, int mode) {
        return new LayerEntry(TarHeader.TYPE_FILE, mode, 0, 0, content.length, "", 0, 0, content, null, "");
    }

    static LayerEntry device(char type, int mode, int major, int minor) {
        return new LayerEntry(type, mode, 0, 0, 0, "", major, minor, null, null, "");
    }

    LayerEntry withOwner(long newUid, long newGid) {
        return new LayerEntry(type, mode, newUid, newGid, sizeBytes, link, major, minor, bytes, file, state);
    }

    boolean isDirectory() {
        return type == TarHeader.TYPE_DIRECTORY;
    }

    TarHeader header(String path, long mtimeSeconds) {
        return new TarHeader(
                EntryPath.raw(isDirectory() ? path + "/" : path),
                type,
                mode,
                uid,
                gid,
                sizeBytes,
                mtimeSeconds,
                EntryPath.raw(link),
                major,
                minor);
    }
}
