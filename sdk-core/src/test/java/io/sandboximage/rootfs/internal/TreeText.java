package io.sandboximage.rootfs.internal;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A tree as lines, for assertions: {@code d etc}, {@code f etc/hosts 12}, {@code l bin -> usr/bin}. */
final class TreeText {
    private TreeText() {}

    static List<String> of(FileTree tree) {
        List<String> lines = new ArrayList<>();
        add(lines, "", tree.root());
        return lines;
    }

    private static void add(List<String> lines, String prefix, Inode directory) {
        for (Map.Entry<FileName, Inode> entry : directory.sortedChildren()) {
            Inode inode = entry.getValue();
            String path = prefix + entry.getKey();
            switch (inode.type()) {
                case DIRECTORY -> {
                    lines.add("d " + path);
                    add(lines, path + "/", inode);
                }
                case REGULAR -> lines.add("f " + path + " " + inode.content().sizeBytes());
                case SYMLINK ->
                    lines.add("l " + path + " -> "
                            + new String(inode.linkTarget(), java.nio.charset.StandardCharsets.UTF_8));
                case CHARACTER_DEVICE -> lines.add("c " + path + " " + inode.deviceMajor() + ":" + inode.deviceMinor());
                case BLOCK_DEVICE -> lines.add("b " + path + " " + inode.deviceMajor() + ":" + inode.deviceMinor());
                case FIFO -> lines.add("p " + path);
                case SOCKET -> lines.add("s " + path);
            }
        }
    }

    /** The inode at a path of plain names. */
    static Inode find(FileTree tree, String path) {
        Inode here = tree.root();
        for (String name : path.split("/")) {
            Inode next = here.child(FileName.of(name));
            if (next == null) {
                throw new AssertionError("No " + name + " of " + path + " in " + of(tree));
            }
            here = next;
        }
        return here;
    }
}
