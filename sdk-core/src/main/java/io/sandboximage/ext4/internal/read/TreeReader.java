package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.InodeRecord.Time;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the whole tree. */
public final class TreeReader {
    private final Volume volume;
    private final ReadBudget budget;
    private final Map<Integer, Inode> linked = new HashMap<>();
    private final Map<Integer, Inode> directories = new HashMap<>();
    private final ArrayDeque<Integer> pending = new ArrayDeque<>();

    public TreeReader(Volume volume) {
        this(volume, new ReadBudget(volume));
    }

    TreeReader(Volume volume, ReadBudget budget) {
        this.volume = volume;
        this.budget = budget;
    }

    /** @throws io.sandboximage.error.InvalidContentException also if the tree does not fit into the memory */
    public FileTree read() {
        FileTree tree = new FileTree();
        InodeRecord rootRecord = volume.inode(Ext4Format.ROOT_INODE);
        if (typeOf(Ext4Format.ROOT_INODE, rootRecord) != FileType.DIRECTORY) {
            throw volume.malformed("the root is no directory");
        }
        tree.root().attributesFrom(inode(Ext4Format.ROOT_INODE, rootRecord));
        directories.put(Ext4Format.ROOT_INODE, tree.root());
        pending.add(Ext4Format.ROOT_INODE);
        // No two directories share a block, so that all of them together cannot have more than there are.
        long blocks = volume.superblock().get(Superblock.Field.BLOCKS);
        while (!pending.isEmpty()) {
            CancelledException.throwIfInterrupted("reading the tree of " + volume.name());
            int number = pending.remove();
            Inode directory = Objects.requireNonNull(directories.get(number));
            InodeRecord inode = volume.inode(number);
            blocks -= new DirectoryReader(volume, number, inode).list(inode, blocks, (name, child) -> {
                if (directory.child(name) != null) {
                    throw volume.malformed("directory " + number + " holds the name \"" + name + "\" twice");
                }
                budget.add(name);
                directory.put(name, child(child));
            });
        }
        return tree;
    }

    /**
     * What a path leads to; a directory has its children, but not theirs. Only the directories on the way are read. Links are not
     * followed.
     *
     * @return null if there is nothing
     */
    public @Nullable Inode find(List<FileName> path) {
        int number = Ext4Format.ROOT_INODE;
        for (FileName name : path) {
            number = entry(number, name);
            if (number == 0) {
                return null;
            }
        }
        InodeRecord record = volume.inode(number);
        Inode found = inode(number, record);
        if (found.isDirectory()) {
            new DirectoryReader(volume, number, record)
                    .list(record, volume.superblock().get(Superblock.Field.BLOCKS), (name, child) -> {
                        budget.add(name);
                        found.put(name, inode(child, volume.inode(child)));
                    });
        }
        return found;
    }

    /** The inode that a directory has under a name; 0 if there is none. */
    private int entry(int directory, FileName name) {
        InodeRecord record = volume.inode(directory);
        if (typeOf(directory, record) != FileType.DIRECTORY) {
            return 0;
        }
        int[] found = new int[1];
        new DirectoryReader(volume, directory, record)
                .list(record, volume.superblock().get(Superblock.Field.BLOCKS), (other, child) -> {
                    if (other.equals(name)) {
                        found[0] = child;
                    }
                });
        return found[0];
    }

    private Inode child(int number) {
        Inode known = linked.get(number);
        if (known != null) {
            return known;
        }
        InodeRecord inode = volume.inode(number);
        Inode child = inode(number, inode);
        if (child.isDirectory()) {
            if (directories.put(number, child) != null) {
                throw volume.malformed("directory " + number + " has two names");
            }
            pending.add(number);
        } else if (inode.links() > 1) {
            linked.put(number, child);
        }
        return child;
    }

    private Inode inode(int number, InodeRecord source) {
        FileType type = typeOf(number, source);
        Inode inode = new Inode(type)
                .permissions(source.mode())
                .owner(source.uid(), source.gid())
                .mtime(source.seconds(Time.MODIFIED), source.nanos(Time.MODIFIED));
        switch (type) {
            case REGULAR ->
                inode.content(StoredContent.of(volume, number, source.size(), FileExtents.of(volume, number, source)));
            case SYMLINK -> inode.linkTarget(linkTarget(number, source));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> device(inode, source);
            default -> {}
        }
        XattrReader.of(volume, number, source).forEach(inode::xattr);
        budget.add(inode);
        return inode;
    }

    private byte[] linkTarget(int number, InodeRecord source) {
        if (source.size() >= volume.blockBytes()) {
            throw volume.malformed("the target of symbolic link " + number + " is too long");
        }
        if (source.size() < InodeRecord.I_BLOCK_BYTES && !source.has(InodeRecord.FLAG_EXTENTS)) {
            return Arrays.copyOf(source.iBlock(), (int) source.size());
        }
        return ContentReader.of(volume, number, source).all();
    }

    /** The old encoding of 16 bits in the first word, or the new one in the second. */
    private static void device(Inode inode, InodeRecord source) {
        int old = source.iBlockWord(0);
        if (old != 0) {
            inode.device((old >>> 8) & 0xFF, old & 0xFF);
        } else {
            int wide = source.iBlockWord(1);
            inode.device((wide >>> 8) & 0xFFF, (wide & 0xFF) | ((wide >>> 12) & 0xFFF00));
        }
    }

    private FileType typeOf(int number, InodeRecord inode) {
        return switch (inode.mode() & InodeRecord.MODE_TYPE) {
            case InodeRecord.MODE_REGULAR -> FileType.REGULAR;
            case InodeRecord.MODE_DIRECTORY -> FileType.DIRECTORY;
            case InodeRecord.MODE_SYMLINK -> FileType.SYMLINK;
            case InodeRecord.MODE_CHARACTER_DEVICE -> FileType.CHARACTER_DEVICE;
            case InodeRecord.MODE_BLOCK_DEVICE -> FileType.BLOCK_DEVICE;
            case InodeRecord.MODE_FIFO -> FileType.FIFO;
            case InodeRecord.MODE_SOCKET -> FileType.SOCKET;
            default -> throw volume.malformed("inode " + number + " has the unknown mode " + inode.mode());
        };
    }
}
