package io.sandboximage.filetree;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A tree of inodes below one root directory. Not thread-safe while it changes. */
public final class FileTree {
    private final Inode root = new Inode(FileType.DIRECTORY).permissions(0755);

    public Inode root() {
        return root;
    }

    /**
     * Every inode once, the root first, each directory before what it holds, siblings in byte order of their names: the order
     * is the same for equal trees.
     */
    public List<Inode> inodes() {
        List<Inode> inodes = new ArrayList<>();
        Set<Inode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        ArrayDeque<Inode> directories = new ArrayDeque<>();
        directories.add(root);
        inodes.add(root);
        while (!directories.isEmpty()) {
            for (Map.Entry<FileName, Inode> entry : directories.remove().sortedChildren()) {
                Inode inode = entry.getValue();
                if (inode.isDirectory()) {
                    directories.add(inode);
                    inodes.add(inode);
                } else if (inode.names() == 1 || seen.add(inode)) {
                    inodes.add(inode);
                }
            }
        }
        return inodes;
    }
}
