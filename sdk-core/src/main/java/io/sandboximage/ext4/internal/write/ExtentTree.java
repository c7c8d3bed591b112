package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.ExtentNode;
import io.sandboximage.ext4.internal.format.InodeRecord;
import java.nio.ByteBuffer;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Packs extents into a tree: up to four stand in the inode; more in blocks of 340, which the inode, or more blocks of 340
 * pointers, lead to.
 */
final class ExtentTree {
    private ExtentTree() {}

    /** Takes a finished block of a tree. */
    interface Sink {
        void write(long diskBlock, ByteBuffer content);
    }

    /** How many blocks the tree takes beside the inode. */
    static int blocks(int extents) {
        int blocks = 0;
        int nodes = extents;
        while (nodes > ExtentNode.INODE_ENTRIES) {
            nodes = nodesFor(nodes);
            blocks += nodes;
        }
        return blocks;
    }

    /**
     * Writes the blocks of a tree.
     *
     * @param treeBlock the place on disk of each block of the tree, leaves first
     * @param seed of the inode's checksums
     * @return what goes into {@code i_block}
     */
    static byte[] write(Extents extents, IntToLongFunction treeBlock, int seed, Sink sink) {
        int used = 0;
        int depth = 0;
        Level level = new Level(extents);
        while (level.size > ExtentNode.INODE_ENTRIES) {
            int nodes = nodesFor(level.size);
            Level above = new Level(nodes);
            for (int node = 0; node < nodes; node++) {
                int from = node * ExtentNode.BLOCK_ENTRIES;
                int to = Math.min(level.size, from + ExtentNode.BLOCK_ENTRIES);
                ByteBuffer block = Ext4Format.block();
                level.fill(new ExtentNode(block), from, to, ExtentNode.BLOCK_ENTRIES, depth)
                        .seal(seed);
                long place = treeBlock.applyAsLong(used++);
                sink.write(place, block);
                above.logical[node] = level.logicalAt(from);
                above.child[node] = place;
            }
            level = above;
            depth++;
        }
        byte[] iBlock = new byte[InodeRecord.I_BLOCK_BYTES];
        level.fill(new ExtentNode(Ext4Format.littleEndian(iBlock)), 0, level.size, ExtentNode.INODE_ENTRIES, depth);
        return iBlock;
    }

    private static int nodesFor(int entries) {
        return (int) Geometry.ceilDiv(entries, ExtentNode.BLOCK_ENTRIES);
    }

    /** One level of a tree: the extents themselves, or pointers to the blocks of the level below. */
    private static final class Level {
        private final @Nullable Extents extents;
        private final int size;
        private final long[] logical;
        private final long[] child;

        Level(Extents extents) {
            this.extents = extents;
            size = extents.count();
            logical = new long[0];
            child = logical;
        }

        Level(int nodes) {
            extents = null;
            size = nodes;
            logical = new long[nodes];
            child = new long[nodes];
        }

        long logicalAt(int index) {
            return extents == null ? logical[index] : extents.logical(index);
        }

        ExtentNode fill(ExtentNode node, int from, int to, int max, int depth) {
            node.header(to - from, max, depth);
            for (int i = from; i < to; i++) {
                if (extents == null) {
                    node.index(i - from, logical[i], child[i]);
                } else {
                    node.leaf(i - from, extents.logical(i), extents.length(i), extents.physical(i));
                }
            }
            return node;
        }
    }
}
