package io.sandboximage.ext4.internal.write;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import java.util.ArrayDeque;
import java.util.Map;

/** Finds where in a tree an inode is named, for messages: it looks everywhere. */
final class InodePath {
    private InodePath() {}

    private record Directory(Inode inode, String path) {}

    /** The path, or one of them; empty where the inode is not in the tree. */
    static String of(Inode root, Inode wanted) {
        if (root == wanted) {
            return "/";
        }
        ArrayDeque<Directory> pending = new ArrayDeque<>();
        pending.add(new Directory(root, ""));
        while (!pending.isEmpty()) {
            Directory directory = pending.remove();
            for (Map.Entry<FileName, Inode> child : directory.inode.sortedChildren()) {
                if (child.getValue() == wanted) {
                    return directory.path + "/" + child.getKey();
                }
                if (child.getValue().isDirectory()) {
                    pending.add(new Directory(child.getValue(), directory.path + "/" + child.getKey()));
                }
            }
        }
        return "";
    }
}
