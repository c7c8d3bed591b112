package io.sandboximage.ext4;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.Ext4Change.Aspect;
import io.sandboximage.ext4.Ext4Change.Kind;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares two file systems name by name. */
public final class Ext4Comparison {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Ext4Reader before;
    private final Ext4Reader after;
    private final boolean contents;
    private final List<Ext4Change> changes = new ArrayList<>();
    private final byte[] one = new byte[BUFFER_BYTES];
    private final byte[] other = new byte[BUFFER_BYTES];

    private Ext4Comparison(Ext4Reader before, Ext4Reader after, boolean contents) {
        this.before = before;
        this.after = after;
        this.contents = contents;
    }

    /** A pair of directories that both file systems have. */
    private record Pair(String path, Inode before, Inode after) {}

    /**
     * All differences, directories before what they hold.
     *
     * @param contents whether files of the same size and time are read and compared too
     */
    public static List<Ext4Change> compare(Ext4Reader before, Ext4Reader after, boolean contents) {
        return new Ext4Comparison(before, after, contents).run();
    }

    private List<Ext4Change> run() {
        List<Pair> pending = new ArrayList<>();
        Pair root = new Pair("", before.tree().root(), after.tree().root());
        both("/", root.before, root.after);
        pending.add(root);
        while (!pending.isEmpty()) {
            Pair next = pending.remove(pending.size() - 1);
            Map<FileName, Inode> old = children(next.before);
            Map<FileName, Inode> current = children(next.after);
            Set<FileName> names = new TreeSet<>(old.keySet());
            names.addAll(current.keySet());
            for (FileName name : names) {
                CancelledException.throwIfInterrupted("comparing file systems");
                String path = next.path + "/" + name;
                Inode was = old.get(name);
                Inode is = current.get(name);
                if (was == null) {
                    only(path, Objects.requireNonNull(is), Kind.ADDED);
                } else if (is == null) {
                    only(path, was, Kind.REMOVED);
                } else {
                    both(path, was, is);
                    if (was.isDirectory() && is.isDirectory()) {
                        pending.add(new Pair(path, was, is));
                    }
                }
            }
        }
        return List.copyOf(changes);
    }

    private static Map<FileName, Inode> children(Inode directory) {
        Map<FileName, Inode> children = new TreeMap<>();
        directory.children().forEach(child -> children.put(child.getKey(), child.getValue()));
        return children;
    }

    /** With everything below it. */
    private void only(String path, Inode inode, Kind kind) {
        List<Map.Entry<String, Inode>> pending = new ArrayList<>(List.of(Map.entry(path, inode)));
        while (!pending.isEmpty()) {
            Map.Entry<String, Inode> next = pending.remove(pending.size() - 1);
            changes.add(new Ext4Change(next.getKey(), kind, Set.of()));
            if (next.getValue().isDirectory()) {
                next.getValue()
                        .sortedChildren()
                        .forEach(child ->
                                pending.add(Map.entry(next.getKey() + "/" + child.getKey(), child.getValue())));
            }
        }
    }

    private void both(String path, Inode was, Inode is) {
        EnumSet<Aspect> aspects = EnumSet.noneOf(Aspect.class);
        add(aspects, Aspect.TYPE, was.type() != is.type());
        add(aspects, Aspect.PERMISSIONS, was.permissions() != is.permissions());
        add(aspects, Aspect.OWNER, was.uid() != is.uid() || was.gid() != is.gid());
        boolean time = was.mtimeSeconds() != is.mtimeSeconds() || was.mtimeNanos() != is.mtimeNanos();
        add(aspects, Aspect.TIME, time);
        add(aspects, Aspect.TARGET, !Arrays.equals(was.linkTarget(), is.linkTarget()));
        add(aspects, Aspect.DEVICE, was.deviceMajor() != is.deviceMajor() || was.deviceMinor() != is.deviceMinor());
        add(aspects, Aspect.XATTRS, !sameXattrs(was.xattrs(), is.xattrs()));
        if (was.type() == FileType.REGULAR && is.type() == FileType.REGULAR) {
            boolean size = was.content().sizeBytes() != is.content().sizeBytes();
            add(aspects, Aspect.SIZE, size);
            add(aspects, Aspect.CONTENT, size || ((contents || time) && !sameContent(was, is)));
        }
        if (!aspects.isEmpty()) {
            changes.add(new Ext4Change(path, Kind.CHANGED, aspects));
        }
    }

    private static void add(EnumSet<Aspect> aspects, Aspect aspect, boolean different) {
        if (different) {
            aspects.add(aspect);
        }
    }

    private static boolean sameXattrs(Map<String, byte[]> was, Map<String, byte[]> is) {
        return was.keySet().equals(is.keySet())
                && was.entrySet().stream().allMatch(entry -> Arrays.equals(entry.getValue(), is.get(entry.getKey())));
    }

    /** Only where one of them has data; holes of both are equal without being read. */
    private boolean sameContent(Inode was, Inode is) {
        long size = was.content().sizeBytes();
        if (was.content().dataBytes() == 0 && is.content().dataBytes() == 0) {
            return true;
        }
        for (long at = 0; at < size; at += BUFFER_BYTES) {
            CancelledException.throwIfInterrupted("comparing file systems");
            int length = (int) Math.min(BUFFER_BYTES, size - at);
            fill(before, was, at, one, length);
            fill(after, is, at, other, length);
            if (!Arrays.equals(one, 0, length, other, 0, length)) {
                return false;
            }
        }
        return true;
    }

    private static void fill(Ext4Reader reader, Inode file, long offset, byte[] into, int length) {
        ByteBuffer target = ByteBuffer.wrap(into, 0, length);
        while (target.hasRemaining()) {
            reader.read(file, offset + target.position(), target);
        }
    }
}
