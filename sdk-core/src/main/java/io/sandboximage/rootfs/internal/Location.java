package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads in a tree: the directories from the root down to the last, symbolic links followed as a process does whose
 * root is the tree's ({@code ..} of the root is the root). Directories may be missing from some depth on.
 */
final class Location {
    /** As many links in one path as other unpackers follow; more is a loop. */
    private static final int MAX_LINKS = 255;
    /** Bounds the work for one path whose links all have long targets. */
    private static final int MAX_STEPS = 16 * 1024;

    private final List<FileName> names = new ArrayList<>();
    private final List<@Nullable Inode> directories = new ArrayList<>();

    private Location(Inode root) {
        directories.add(root);
    }

    /**
     * @param where what has the path, for messages
     * @return null if the path leads through something that is neither directory nor link
     * @throws InvalidContentException if links lead in circles
     */
    static @Nullable Location of(Inode root, List<FileName> path, Object where) {
        Location location = new Location(root);
        ArrayDeque<byte[]> pending = new ArrayDeque<>();
        path.forEach(name -> pending.add(name.bytes()));
        int links = 0;
        for (int steps = 0; !pending.isEmpty(); steps++) {
            byte[] part = pending.remove();
            if (EntryPath.isParent(part)) {
                location.ascend();
                continue;
            }
            FileName name = EntryPath.name(part, where);
            Inode here = location.directories.get(location.directories.size() - 1);
            Inode next = here == null ? null : here.child(name);
            if (next == null || next.isDirectory()) {
                location.names.add(name);
                location.directories.add(next);
            } else if (next.type() == FileType.SYMLINK) {
                if (++links > MAX_LINKS || steps > MAX_STEPS) {
                    throw new InvalidContentException(where + " leads through symbolic links in a circle");
                }
                byte[] target = next.linkTarget();
                if (target[0] == '/') {
                    location.ascendToRoot();
                }
                List<byte[]> parts = EntryPath.parts(target, where);
                Collections.reverse(parts);
                parts.forEach(pending::addFirst);
            } else {
                return null;
            }
        }
        return location;
    }

    private void ascend() {
        if (!names.isEmpty()) {
            names.remove(names.size() - 1);
            directories.remove(directories.size() - 1);
        }
    }

    private void ascendToRoot() {
        names.clear();
        directories.subList(1, directories.size()).clear();
    }

    /** The directory that the path leads to, or null if it does not exist. */
    @Nullable
    Inode directory() {
        return directories.get(directories.size() - 1);
    }

    /**
     * The directory, made with all that is missing above it.
     *
     * @param budget told of each that is made
     */
    Inode makeDirectory(TreeBudget budget) {
        Inode here = java.util.Objects.requireNonNull(directories.get(0));
        for (int i = 0; i < names.size(); i++) {
            Inode next = directories.get(i + 1);
            if (next == null) {
                next = new Inode(FileType.DIRECTORY).permissions(0755);
                here.put(names.get(i), next);
                budget.add(here, names.get(i), next);
                directories.set(i + 1, next);
            }
            here = next;
        }
        return here;
    }

    int depth() {
        return names.size();
    }

    /** The directory that holds the name at {@code depth}. */
    Inode parentAt(int depth) {
        return java.util.Objects.requireNonNull(directories.get(depth));
    }

    FileName nameAt(int depth) {
        return names.get(depth);
    }
}
