package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which inode gets which number: the root 2, lost+found 11, everything else from there on in the order of
 * {@link FileTree#inodes()}. A lost+found is added where the tree has nothing of that name; the tree itself stays as it is.
 */
final class Numbering {
    private static final FileName LOST_AND_FOUND = FileName.of("lost+found");
    private static final int LOST_AND_FOUND_PERMISSIONS = 0700;

    /** More hard links than that no inode may have. */
    private static final int MAX_LINKS = 65_000;

    private final Inode root;
    private final Inode[] inodes;
    private final IdentityIndex positions;
    private final int[] parents;
    private final @Nullable Inode addedLostAndFound;
    private final @Nullable Inode lostAndFound;

    Numbering(FileTree tree, Instant timestamp) {
        root = tree.root();
        List<Inode> order = new ArrayList<>(tree.inodes());
        Inode named = root.child(LOST_AND_FOUND);
        if (named == null) {
            addedLostAndFound = new Inode(FileType.DIRECTORY)
                    .permissions(LOST_AND_FOUND_PERMISSIONS)
                    .mtime(timestamp.getEpochSecond(), timestamp.getNano());
            lostAndFound = addedLostAndFound;
            order.add(1, addedLostAndFound);
        } else {
            addedLostAndFound = null;
            lostAndFound = named.isDirectory() ? named : null;
            if (named.isDirectory()) {
                order.remove(named);
                order.add(1, named);
            }
        }
        inodes = order.toArray(new Inode[0]);
        positions = new IdentityIndex(inodes);
        parents = new int[inodes.length];
        link();
    }

    private void link() {
        parents[0] = Ext4Format.ROOT_INODE;
        for (int position = 0; position < inodes.length; position++) {
            Inode inode = inodes[position];
            if (inode.isDirectory()) {
                for (Map.Entry<FileName, Inode> entry : inode.children()) {
                    if (entry.getValue().isDirectory()) {
                        parents[positions.get(entry.getValue())] = number(position);
                    }
                }
            } else if (inode.names() > MAX_LINKS) {
                throw at(
                        inode,
                        new InvalidContentException("A file with " + inode.names()
                                + " names cannot be stored: ext4 allows " + MAX_LINKS + " hard links"));
            }
        }
        if (addedLostAndFound != null) {
            parents[1] = Ext4Format.ROOT_INODE;
        }
    }

    int count() {
        return inodes.length;
    }

    /** What cannot be stored, with the path of where it is. */
    InvalidContentException at(Inode inode, InvalidContentException failure) {
        return new InvalidContentException(InodePath.of(root, inode) + ": " + failure.getMessage(), failure);
    }

    Inode inode(int position) {
        return inodes[position];
    }

    /** The position of an inode, or -1 if it is not of this tree. */
    int position(Inode inode) {
        return positions.get(inode);
    }

    static int number(int position) {
        return position == 0 ? Ext4Format.ROOT_INODE : Ext4Format.FIRST_ORDINARY_INODE - 1 + position;
    }

    int numberOf(Inode inode) {
        return number(positions.get(inode));
    }

    /** The number of the directory that the directory at a position is in. */
    int parent(int position) {
        return parents[position];
    }

    boolean isLostAndFound(Inode inode) {
        return inode == lostAndFound;
    }

    /** What a directory will hold, in byte order of the names. */
    Collection<Map.Entry<FileName, Inode>> children(Inode directory) {
        if (directory != root || addedLostAndFound == null) {
            return directory.sortedChildren();
        }
        TreeMap<FileName, Inode> all = new TreeMap<>();
        directory.children().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        all.put(LOST_AND_FOUND, addedLostAndFound);
        return all.entrySet();
    }

    /** How many links a directory has: its name, its dot, and the two dots of each directory in it. */
    int directoryLinks(Inode directory) {
        int links = 2;
        for (Map.Entry<FileName, Inode> entry : directory.children()) {
            links += entry.getValue().isDirectory() ? 1 : 0;
        }
        links += directory == root && addedLostAndFound != null ? 1 : 0;
        return links > MAX_LINKS ? 1 : links;
    }
}
