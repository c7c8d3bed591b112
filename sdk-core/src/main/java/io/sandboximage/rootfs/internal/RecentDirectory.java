package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.Inode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The directory that the entry before was put into, or was: most entries of an archive stand there too, and their paths need not be
 * followed from the root. To be forgotten whenever a name that paths lead through may lead somewhere else. For one thread.
 */
final class RecentDirectory {
    private static final byte[] NOTHING = {};

    private byte[] path = NOTHING;
    private int length;
    private int depth;
    private @Nullable Inode directory;

    void forget() {
        directory = null;
    }

    /** Remembers where the entry at {@code entry} was put. */
    void rememberParent(byte[] entry, Inode parent, int depthOfParent) {
        remember(entry, Math.max(0, start(entry) - 1), parent, depthOfParent);
    }

    /** Remembers a directory by its own path. */
    void remember(byte[] entry, Inode self, int depthOfSelf) {
        remember(entry, end(entry), self, depthOfSelf);
    }

    private void remember(byte[] bytes, int count, Inode inode, int depthOfInode) {
        path = bytes;
        length = count;
        directory = inode;
        depth = depthOfInode;
    }

    /** Where the entry at this path belongs, or null if that is to be looked up. */
    @Nullable
    Inode of(byte[] entry) {
        if (directory == null || depth >= EntryPath.MAX_DEPTH || entry.length > EntryPath.MAX_BYTES) {
            return null;
        }
        int start = start(entry);
        boolean same = Arrays.equals(path, 0, length, entry, 0, Math.max(0, start - 1));
        return same && isName(entry, start, end(entry)) ? directory : null;
    }

    /** How deep what {@link #of} gave lies. */
    int depth() {
        return depth;
    }

    /** The last component of a path that {@link #of} found. */
    static byte[] name(byte[] entry) {
        return Arrays.copyOfRange(entry, start(entry), end(entry));
    }

    private static boolean isName(byte[] bytes, int start, int end) {
        int count = end - start;
        return count > 2 || (count > 0 && bytes[start] != '.') || (count == 2 && bytes[start + 1] != '.');
    }

    private static int end(byte[] entry) {
        int end = entry.length;
        while (end > 0 && entry[end - 1] == '/') {
            end--;
        }
        return end;
    }

    private static int start(byte[] entry) {
        int start = end(entry);
        while (start > 0 && entry[start - 1] != '/') {
            start--;
        }
        return start;
    }
}
