package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.DirectoryFormat;
import io.sandboximage.ext4.internal.format.HalfMd4;
import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How one directory's entries are spread over blocks: all in one, in byte order, if they fit; otherwise over leaves by hash, with
 * the index in front.
 *
 * <pre>
 * one block:   . .. entries
 * one level:   root | leaf | leaf | …
 * two levels:  root | node | node | … | leaf | leaf | …
 * </pre>
 */
final class DirectoryLayout {
    /** Leaves and nodes are filled to 80 %, so that new names do not split them at once. */
    private static final int LEAF_FILL = DirectoryFormat.LEAF_BYTES * 4 / 5;

    private static final int NODE_FILL = DirectoryFormat.NODE_LIMIT * 4 / 5;

    /** As many as two levels of index can lead to. */
    private static final int MAX_LEAVES = DirectoryFormat.ROOT_LIMIT * NODE_FILL;

    /** One name, with its hash where the directory is hashed. */
    record Entry(FileName name, Inode inode, long hash) {
        int majorHash() {
            return (int) (hash >>> Integer.SIZE);
        }
    }

    private final List<Entry> entries;

    /** Index of the first entry of each leaf; empty for a directory of one block. */
    private final List<Integer> leafStarts;

    private DirectoryLayout(List<Entry> entries, List<Integer> leafStarts) {
        this.entries = entries;
        this.leafStarts = leafStarts;
    }

    /** @throws InvalidContentException if there are more entries than two levels of index can hold */
    static DirectoryLayout of(Collection<Map.Entry<FileName, Inode>> children, HalfMd4 hash) {
        long bytes = bytes(children);
        requireIndex(bytes / LEAF_FILL, children);
        List<Entry> entries = new ArrayList<>(children.size());
        if (fitsOneBlock(bytes)) {
            children.forEach(child -> entries.add(new Entry(child.getKey(), child.getValue(), 0)));
            return new DirectoryLayout(entries, List.of());
        }
        for (Map.Entry<FileName, Inode> child : children) {
            entries.add(new Entry(
                    child.getKey(), child.getValue(), hash.hash(child.getKey().bytes())));
        }
        entries.sort((a, b) -> {
            int byHash = Long.compareUnsigned(a.hash, b.hash);
            return byHash != 0 ? byHash : a.name.compareTo(b.name);
        });
        DirectoryLayout layout = new DirectoryLayout(entries, leaves(entries));
        requireIndex(layout.leaves(), children);
        return layout;
    }

    private static void requireIndex(long leaves, Collection<?> children) {
        if (leaves > MAX_LEAVES) {
            throw new InvalidContentException("A directory with " + children.size()
                    + " entries cannot be stored: ext4's index leads to " + MAX_LEAVES
                    + " blocks of names, and they need"
                    + " more. Spread them over several directories");
        }
    }

    /** How many blocks {@link #of} would come to. */
    static int blocksFor(Collection<Map.Entry<FileName, Inode>> children, HalfMd4 hash) {
        return fitsOneBlock(bytes(children)) ? 1 : of(children, hash).blocks();
    }

    private static long bytes(Collection<Map.Entry<FileName, Inode>> children) {
        long bytes = 0;
        for (Map.Entry<FileName, Inode> child : children) {
            bytes += DirectoryFormat.entryBytes(child.getKey().length());
        }
        return bytes;
    }

    private static boolean fitsOneBlock(long entryBytes) {
        return 2L * DirectoryFormat.DOT_BYTES + entryBytes <= DirectoryFormat.LEAF_BYTES;
    }

    private static List<Integer> leaves(List<Entry> entries) {
        List<Integer> starts = new ArrayList<>();
        int used = LEAF_FILL;
        for (int i = 0; i < entries.size(); i++) {
            int bytes = DirectoryFormat.entryBytes(entries.get(i).name.length());
            if (used + bytes > LEAF_FILL) {
                starts.add(i);
                used = 0;
            }
            used += bytes;
        }
        return starts;
    }

    boolean hashed() {
        return !leafStarts.isEmpty();
    }

    int leaves() {
        return leafStarts.size();
    }

    /** Index blocks between the root and the leaves. */
    int nodes() {
        return leaves() <= DirectoryFormat.ROOT_LIMIT ? 0 : (int) Geometry.ceilDiv(leaves(), NODE_FILL);
    }

    int blocks() {
        return 1 + nodes() + leaves();
    }

    /** All entries of a directory of one block. */
    List<Entry> entries() {
        return entries;
    }

    List<Entry> leaf(int leaf) {
        int end = leaf + 1 < leaves() ? leafStarts.get(leaf + 1) : entries.size();
        return entries.subList(leafStarts.get(leaf), end);
    }

    /** The hash by which the index leads to a leaf; odd if equal hashes began in the leaf before. */
    int leafHash(int leaf) {
        int first = leafStarts.get(leaf);
        int hash = entries.get(first).majorHash();
        boolean continued = first > 0 && entries.get(first - 1).majorHash() == hash;
        return continued ? hash | 1 : hash;
    }

    static int firstLeafOf(int node) {
        return node * NODE_FILL;
    }

    int leavesOf(int node) {
        return Math.min(NODE_FILL, leaves() - firstLeafOf(node));
    }
}
