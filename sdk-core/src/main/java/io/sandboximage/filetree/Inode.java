package io.sandboximage.filetree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file system object: what {@code stat} tells, and what it holds. Several names may lead to one inode (hard links), except
 * for directories. Mutable and not thread-safe; a tree is built by one thread and then read by many. Images have millions of these:
 * every field counts.
 */
public final class Inode {
    private static final List<FileType> TYPES = List.of(FileType.values());
    private static final byte[] NO_TARGET = {};

    private final byte type;
    private short permissions;
    private int uid;
    private int gid;
    private long mtimeSeconds;
    private int mtimeNanos;
    private @Nullable Map<String, byte[]> xattrs;
    private int names;

    /** What only its type has: {@link FileContent}, {@link Children}, {@link Device} or the {@code byte[]} of a link's target. */
    private @Nullable Object own;

    public Inode(FileType type) {
        this.type = (byte) TYPES.indexOf(type);
        this.own = type == FileType.DIRECTORY ? new Children() : null;
    }

    public FileType type() {
        return TYPES.get(type);
    }

    public boolean isDirectory() {
        return own instanceof Children;
    }

    /** The low 12 mode bits: set-uid, set-gid, sticky and rwx. */
    public int permissions() {
        return permissions;
    }

    public Inode permissions(int newPermissions) {
        permissions = (short) (newPermissions & 07777);
        return this;
    }

    /** An unsigned 32-bit number in an {@code int}. */
    public int uid() {
        return uid;
    }

    /** An unsigned 32-bit number in an {@code int}. */
    public int gid() {
        return gid;
    }

    public Inode owner(int newUid, int newGid) {
        uid = newUid;
        gid = newGid;
        return this;
    }

    /** Seconds since 1970, UTC; may be negative. */
    public long mtimeSeconds() {
        return mtimeSeconds;
    }

    /** 0 to 999,999,999. */
    public int mtimeNanos() {
        return mtimeNanos;
    }

    public Inode mtime(long seconds, int nanos) {
        mtimeSeconds = seconds;
        mtimeNanos = nanos;
        return this;
    }

    public int deviceMajor() {
        return own instanceof Device device ? device.major : 0;
    }

    public int deviceMinor() {
        return own instanceof Device device ? device.minor : 0;
    }

    /** For character and block devices. */
    public Inode device(int major, int minor) {
        own(FileType.CHARACTER_DEVICE, FileType.BLOCK_DEVICE, new Device(major, minor));
        return this;
    }

    /** The target of a symbolic link, as raw bytes; empty for everything else. Not to be changed. */
    public byte[] linkTarget() {
        return own instanceof byte[] target ? target : NO_TARGET;
    }

    public Inode linkTarget(byte[] target) {
        own(FileType.SYMLINK, FileType.SYMLINK, target);
        return this;
    }

    /** What a regular file holds; {@link FileContent#EMPTY} where none was set. */
    public FileContent content() {
        return own instanceof FileContent content ? content : FileContent.EMPTY;
    }

    public Inode content(FileContent newContent) {
        own(FileType.REGULAR, FileType.REGULAR, newContent);
        return this;
    }

    /** Full names ({@code security.capability}) to values, sorted by name; not to be changed. */
    public Map<String, byte[]> xattrs() {
        return xattrs == null ? Map.of() : Collections.unmodifiableMap(xattrs);
    }

    public Inode xattr(String name, byte[] value) {
        if (xattrs == null) {
            xattrs = new TreeMap<>();
        }
        xattrs.put(name, value);
        return this;
    }

    /** Takes over mode, owner, time and xattrs of {@code other}, as a directory does when a newer layer names it again. */
    public void attributesFrom(Inode other) {
        permissions = other.permissions;
        uid = other.uid;
        gid = other.gid;
        mtimeSeconds = other.mtimeSeconds;
        mtimeNanos = other.mtimeNanos;
        xattrs = other.xattrs;
    }

    /** In how many directories this inode is named; for the root 0. */
    public int names() {
        return names;
    }

    public @Nullable Inode child(FileName name) {
        return directory().get(name);
    }

    public Collection<Map.Entry<FileName, Inode>> children() {
        return Collections.unmodifiableCollection(directory().entrySet());
    }

    /** The children by unsigned byte order of their names: the order in which trees are walked and written. */
    public Collection<Map.Entry<FileName, Inode>> sortedChildren() {
        return Collections.unmodifiableList(directory().sorted());
    }

    public int childCount() {
        return directory().size();
    }

    /** Names {@code child} in this directory, in place of what had the name before. */
    public void put(FileName name, Inode child) {
        Inode old = directory().put(name, child);
        if (old != null) {
            old.names--;
        }
        child.names++;
    }

    /** Removes a name, with everything below it; gives what was named, or null. */
    public @Nullable Inode remove(FileName name) {
        Inode old = directory().remove(name);
        if (old != null) {
            old.names--;
            if (old.isDirectory()) {
                old.clear();
            }
        }
        return old;
    }

    /** Removes all children with everything below them, without recursion: layers may nest deeply. */
    public void clear() {
        java.util.ArrayDeque<Inode> pending = new java.util.ArrayDeque<>();
        pending.add(this);
        while (!pending.isEmpty()) {
            Map<FileName, Inode> directory = pending.remove().directory();
            for (Inode child : directory.values()) {
                child.names--;
                if (child.isDirectory()) {
                    pending.add(child);
                }
            }
            directory.clear();
        }
    }

    private Children directory() {
        if (own instanceof Children children) {
            return children;
        }
        throw new IllegalStateException("A " + type() + " has no children");
    }

    private void own(FileType one, FileType other, Object value) {
        if (type() != one && type() != other) {
            throw new IllegalStateException("A " + type() + " cannot have what a " + one + " has");
        }
        own = value;
    }

    /** Small at first: most directories hold few names. */
    private static final class Children extends HashMap<FileName, Inode> {
        private static final long serialVersionUID = 1;

        /** What they are in order, as long as nothing changes: a tree that is written is walked in order more than once. */
        private transient volatile @Nullable List<Map.Entry<FileName, Inode>> sorted;

        Children() {
            super(4);
        }

        List<Map.Entry<FileName, Inode>> sorted() {
            List<Map.Entry<FileName, Inode>> known = sorted;
            if (known == null) {
                known = new ArrayList<>(entrySet());
                known.sort(Map.Entry.comparingByKey());
                sorted = known;
            }
            return known;
        }

        @Override
        public @Nullable Inode put(FileName name, Inode child) {
            sorted = null;
            return super.put(name, child);
        }

        @Override
        public @Nullable Inode remove(Object name) {
            sorted = null;
            return super.remove(name);
        }

        @Override
        public void clear() {
            sorted = null;
            super.clear();
        }
    }

    private record Device(int major, int minor) {}
}
