package io.sandboximage.rootfs.internal;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarEntryType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Applies layers to one tree, bottom first (OCI image-spec, layer.md, "Applying Changesets"). For a
 * layer, first its whiteouts remove what lower layers made, wherever they stand among its entries. Then, for each other entry:
 *
 * <ol>
 *   <li>the path is normalised; the directories above it are looked up through symbolic links and made if they are missing;
 *   <li>a directory over a directory keeps the children and takes the new attributes;
 *   <li>everything else replaces what had the name, with all below it; other names of a replaced file stay.
 * </ol>
 *
 * For one thread.
 */
final class LayerMerger {
    /** Linux refuses longer targets. */
    private static final int MAX_LINK_BYTES = 4095;

    private final FileTree tree = new FileTree();
    private final TreeBudget budget;
    private final Consumer<String> warnings;
    /** Files that the present layer's whiteouts removed: its hard links may move them to other names. */
    private final Map<Inode, Map<FileName, Inode>> hidden = new HashMap<>();

    private final RecentDirectory recent = new RecentDirectory();
    private String layerName = "";
    /** Where the data of the present entry is, in its layer's region. */
    private long nextBlock;

    /**
     * @param treeBytes memory for the tree
     * @param warnings told of entries that are left out
     */
    LayerMerger(long treeBytes, Consumer<String> warnings) {
        this.budget = new TreeBudget(tree, treeBytes);
        this.warnings = warnings;
    }

    FileTree tree() {
        return tree;
    }

    /**
     * @param number of the layer, for {@link LayerContent#layer()}
     * @param name of the layer, for messages
     * @return how many blocks its files have
     */
    long apply(LayerIndex index, int number, String name) {
        layerName = name;
        // In the lowest layer there is nothing that a whiteout could hide.
        if (number > 0 && index.hasWhiteouts()) {
            for (TarEntry entry : index) {
                if (Whiteout.isMarker(entry.path())) {
                    hide(entry);
                }
            }
        }
        nextBlock = 0;
        recent.forget();
        for (TarEntry entry : index) {
            if (!Whiteout.isMarker(entry.path())) {
                apply(entry, number);
            }
            nextBlock += LayerRegions.blocks(entry);
        }
        hidden.clear();
        return nextBlock;
    }

    private void hide(TarEntry marker) {
        Object where = where(marker);
        List<FileName> path = EntryPath.components(marker.path(), where);
        if (isBookkeeping(path)) {
            return;
        }
        FileName name = path.get(path.size() - 1);
        Location location = Location.of(tree.root(), path.subList(0, path.size() - 1), where);
        Inode directory = location == null ? null : location.directory();
        if (directory == null) {
            return;
        }
        if (Whiteout.isOpaque(name)) {
            directory.children().forEach(child -> remember(directory, child.getKey(), child.getValue()));
            directory.clear();
        } else {
            FileName removed = Whiteout.hidden(name, where);
            Inode lower = directory.remove(removed);
            if (lower != null) {
                remember(directory, removed, lower);
            }
        }
    }

    private void remember(Inode directory, FileName name, Inode lower) {
        if (!lower.isDirectory()) {
            hidden.computeIfAbsent(directory, key -> new HashMap<>()).put(name, lower);
        }
    }

    private Object where(TarEntry entry) {
        return new Where(layerName, entry);
    }

    /** For messages: becomes text where there is one. */
    private record Where(String layer, TarEntry entry) {
        @Override
        public String toString() {
            return layer + ", entry \"" + entry.displayPath() + "\"";
        }
    }

    private static boolean isBookkeeping(List<FileName> path) {
        for (FileName component : path) {
            if (Whiteout.isAufsBookkeeping(component)) {
                return true;
            }
        }
        return false;
    }

    private void apply(TarEntry entry, int layer) {
        Object where = where(entry);
        Inode directory = recent.of(entry.path());
        if (directory != null && entry.type() != TarEntryType.SOCKET) {
            // Neither marker nor bookkeeping: the one is told by the last component, the other by those that are known.
            FileName name = EntryPath.name(RecentDirectory.name(entry.path()), where);
            put(entry, layer, directory, recent.depth(), name, where);
            return;
        }
        List<FileName> path = EntryPath.components(entry.path(), where);
        if (path.isEmpty()) {
            if (entry.type() != TarEntryType.DIRECTORY) {
                throw new InvalidContentException(where + " would replace the root directory by something else");
            }
            setAttributes(tree.root(), entry);
            return;
        }
        FileName name = path.get(path.size() - 1);
        if (isBookkeeping(path)) {
            return;
        }
        if (Whiteout.isMarker(name)) {
            throw new InvalidContentException(where + " is a whiteout whose path goes through \"..\"");
        }
        Location location = Location.of(tree.root(), path.subList(0, path.size() - 1), where);
        if (entry.type() == TarEntryType.SOCKET) {
            warnings.accept(where + " is a socket, which only exists while a program listens: left out");
            return;
        }
        if (location == null) {
            throw new InvalidContentException(where + " stands below something that is no directory");
        }
        directory = location.makeDirectory(budget);
        recent.rememberParent(entry.path(), directory, path.size() - 1);
        put(entry, layer, directory, path.size() - 1, name, where);
    }

    private void put(TarEntry entry, int layer, Inode directory, int depth, FileName name, Object where) {
        Inode replacement = entry.type() == TarEntryType.HARD_LINK
                ? linked(entry, where)
                : entry.type() == TarEntryType.DIRECTORY ? null : make(entry, layer, where);
        Inode present = directory.child(name);
        if (replacement == null && present != null && present.isDirectory()) {
            setAttributes(present, entry);
            if (!entry.xattrs().isEmpty()) {
                budget.add(directory, name, present);
            }
            recent.remember(entry.path(), present, depth + 1);
        } else if (replacement == null || replacement != present) {
            if (present != null) {
                directory.remove(name);
                recent.forget();
            }
            Inode added = replacement == null ? make(entry, layer, where) : replacement;
            directory.put(name, added);
            budget.add(directory, name, added);
            if (replacement == null) {
                recent.remember(entry.path(), added, depth + 1);
            }
        }
    }

    private Inode linked(TarEntry entry, Object where) {
        String target = TarEntry.display(entry.linkTarget());
        List<FileName> path = EntryPath.components(entry.linkTarget(), where + ", linking to \"" + target + "\",");
        Inode found = null;
        if (!path.isEmpty()) {
            Location location = Location.of(tree.root(), path.subList(0, path.size() - 1), where);
            Inode directory = location == null ? null : location.directory();
            FileName name = path.get(path.size() - 1);
            found = directory == null ? null : directory.child(name);
            if (found == null && directory != null) {
                found = hidden.getOrDefault(directory, Map.of()).get(name);
            }
        }
        if (found == null) {
            throw new InvalidContentException(where + " is a hard link to \"" + target + "\", which does not exist");
        }
        if (found.isDirectory()) {
            throw new InvalidContentException(where + " is a hard link to the directory \"" + target + "\"");
        }
        return found;
    }

    private Inode make(TarEntry entry, int layer, Object where) {
        Inode inode = new Inode(
                switch (entry.type()) {
                    case REGULAR -> FileType.REGULAR;
                    case DIRECTORY -> FileType.DIRECTORY;
                    case SYMLINK -> FileType.SYMLINK;
                    case CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
                    case BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
                    case FIFO -> FileType.FIFO;
                    case HARD_LINK, SOCKET ->
                        throw new IllegalArgumentException(entry.type().name());
                });
        attributes(inode, entry);
        switch (entry.type()) {
            case REGULAR -> {
                if (entry.sizeBytes() > 0) {
                    inode.content(LayerContent.of(entry, layer, nextBlock));
                }
            }
            case SYMLINK -> {
                int length = entry.linkTarget().length;
                if (length == 0 || length > MAX_LINK_BYTES) {
                    throw new InvalidContentException(where + " is a symbolic link with a target of " + length
                            + " bytes; possible are 1 to " + MAX_LINK_BYTES);
                }
                inode.permissions(0777).linkTarget(entry.linkTarget());
            }
            case CHARACTER_DEVICE, BLOCK_DEVICE -> inode.device(entry.deviceMajor(), entry.deviceMinor());
            default -> {}
        }
        return inode;
    }

    private static void setAttributes(Inode directory, TarEntry entry) {
        // A fresh inode stands for the entry, so that old xattrs go away together with the other attributes.
        directory.attributesFrom(attributes(new Inode(FileType.FIFO), entry));
    }

    private static Inode attributes(Inode fresh, TarEntry entry) {
        entry.xattrs().forEach(fresh::xattr);
        return fresh.permissions(entry.permissions())
                .owner(entry.uid(), entry.gid())
                .mtime(entry.mtimeSeconds(), entry.mtimeNanos());
    }
}
