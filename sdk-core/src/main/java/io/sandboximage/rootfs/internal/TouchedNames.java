package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The names that the present layer has set, with all directories above them: whiteouts of the same layer spare them. */
final class TouchedNames {
    private final Map<Inode, Set<FileName>> byDirectory = new HashMap<>();

    void add(Inode directory, FileName name) {
        byDirectory.computeIfAbsent(directory, d -> new HashSet<>()).add(name);
    }

    void add(Location location) {
        for (int depth = 0; depth < location.depth(); depth++) {
            add(location.parentAt(depth), location.nameAt(depth));
        }
    }

    private boolean contains(Inode directory, FileName name) {
        Set<FileName> names = byDirectory.get(directory);
        return names != null && names.contains(name);
    }

    /** Removes a name that lower layers made, or, where this layer needs the directory, what lower layers put into it. */
    void removeLower(Inode directory, FileName name) {
        Inode child = directory.child(name);
        if (child == null) {
            return;
        }
        if (!contains(directory, name)) {
            directory.remove(name);
        } else if (child.isDirectory()) {
            removeLowerChildren(child);
        }
    }

    /** Removes all that lower layers put below a directory. */
    void removeLowerChildren(Inode top) {
        ArrayDeque<Inode> pending = new ArrayDeque<>();
        pending.add(top);
        while (!pending.isEmpty()) {
            Inode directory = pending.remove();
            for (Map.Entry<FileName, Inode> entry : List.copyOf(directory.children())) {
                if (!contains(directory, entry.getKey())) {
                    directory.remove(entry.getKey());
                } else if (entry.getValue().isDirectory()) {
                    pending.add(entry.getValue());
                }
            }
        }
    }
}
