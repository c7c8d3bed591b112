package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.util.ArrayDeque;
import java.util.Map;

/**
 * Keeps a merged tree within the heap, so that an image with too many files is refused with a sentence and not with an
 * OutOfMemoryError somewhere. What each name and inode takes is estimated, for object headers of 12 and references of 4 bytes,
 * together with what planning and writing a file system will need for it later. Removals are not followed; where the sum
 * passes the limit, the tree is counted again.
 */
final class TreeBudget {
    /** Hash table node and slot, name, the header of its bytes, and its place in the sorted list. */
    private static final int NAME_BYTES = 32 + 8 + 16 + 16 + 4;

    /** The object itself, and its places in the lists of planner and writer. */
    private static final int INODE_BYTES = 48 + 40;

    private static final int CONTENT_BYTES = 40;
    private static final int RANGE_BYTES = 32;
    private static final int DIRECTORY_BYTES = 48 + 32 + 40;
    private static final int ARRAY_BYTES = 24;
    private static final int XATTRS_BYTES = 48;
    private static final int XATTR_BYTES = 160;

    /** Laying out a directory makes an entry for each of its names, for one directory after the other. */
    private static final int LAYOUT_BYTES = 44;

    /** After counting again there must be some room, or every entry would lead to a new count. */
    private static final int ROOM_SHARE = 32;

    private final long limit;
    private final FileTree tree;
    private long bytes;
    private long widest;

    TreeBudget(FileTree tree, long limit) {
        this.tree = tree;
        this.limit = limit;
    }

    /** @throws InvalidContentException if the tree takes too much with a new name for an inode, itself new or not */
    void add(Inode directory, FileName name, Inode inode) {
        widest = Math.max(widest, directory.childCount());
        bytes += cost(name) + cost(inode);
        if (total() > limit) {
            recount();
            if (total() > limit - limit / ROOM_SHARE) {
                throw new InvalidContentException("The image holds too many files for the memory of this process: their"
                        + " names and attributes take more than " + (limit >> 20)
                        + " MiB. If the image is trusted, give the"
                        + " process a larger heap (java -Xmx…)");
            }
        }
    }

    private long total() {
        return bytes + widest * LAYOUT_BYTES;
    }

    private void recount() {
        bytes = 0;
        widest = 0;
        ArrayDeque<Inode> pending = new ArrayDeque<>();
        pending.add(tree.root());
        while (!pending.isEmpty()) {
            Inode directory = pending.remove();
            widest = Math.max(widest, directory.childCount());
            for (Map.Entry<FileName, Inode> child : directory.children()) {
                Inode inode = child.getValue();
                bytes += cost(child.getKey()) + cost(inode) / Math.max(1, inode.names());
                if (inode.isDirectory()) {
                    pending.add(inode);
                }
            }
        }
    }

    private static long cost(FileName name) {
        return (long) NAME_BYTES + name.length();
    }

    private static long cost(Inode inode) {
        long cost = INODE_BYTES;
        switch (inode.type()) {
            case DIRECTORY -> cost += DIRECTORY_BYTES;
            case SYMLINK -> cost += ARRAY_BYTES + inode.linkTarget().length;
            case REGULAR -> {
                cost += inode.content().sizeBytes() == 0 ? 0 : CONTENT_BYTES;
                cost += inode.content().withoutHoles()
                        ? 0
                        : (long) inode.content().data().size() * RANGE_BYTES;
            }
            default -> cost += ARRAY_BYTES;
        }
        if (!inode.xattrs().isEmpty()) {
            cost += XATTRS_BYTES;
            for (byte[] value : inode.xattrs().values()) {
                cost += XATTR_BYTES + value.length;
            }
        }
        return cost;
    }
}
