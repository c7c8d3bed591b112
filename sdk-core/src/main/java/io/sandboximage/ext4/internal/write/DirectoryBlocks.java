package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.DirectoryFormat;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.Superblock;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Builds the blocks of one directory, in order. */
final class DirectoryBlocks {
    private static final byte[] NO_NAME = {};
    private static final byte[] DOT = {'.'};
    private static final byte[] DOT_DOT = {'.', '.'};
    private static final int TYPE_DIRECTORY = 2;
    private static final int TYPE_UNKNOWN = 0;

    private final DirectoryLayout layout;
    private final Numbering numbers;
    private final int self;
    private final int parent;
    private final int seed;

    /** @param seed of the directory's checksums */
    DirectoryBlocks(DirectoryLayout layout, Numbering numbers, int self, int parent, int seed) {
        this.layout = layout;
        this.numbers = numbers;
        this.self = self;
        this.parent = parent;
        this.seed = seed;
    }

    /** @param blocks how many to write; those beyond the layout's are empty */
    void write(int blocks, Consumer<ByteBuffer> sink) {
        if (layout.hashed()) {
            sink.accept(root());
            for (int node = 0; node < layout.nodes(); node++) {
                sink.accept(node(node));
            }
            for (int leaf = 0; leaf < layout.leaves(); leaf++) {
                sink.accept(leaf(Ext4Format.block(), 0, layout.leaf(leaf)));
            }
        } else {
            sink.accept(only());
        }
        for (int block = layout.blocks(); block < blocks; block++) {
            sink.accept(leaf(Ext4Format.block(), 0, List.of()));
        }
    }

    /** The one block of a small directory. */
    private ByteBuffer only() {
        ByteBuffer block = Ext4Format.block();
        int first = 2 * DirectoryFormat.DOT_BYTES;
        boolean empty = layout.entries().isEmpty();
        putDots(block, empty ? DirectoryFormat.LEAF_BYTES : first);
        return leaf(block, empty ? DirectoryFormat.LEAF_BYTES : first, layout.entries());
    }

    /** @param end where the record of {@code ..} ends */
    private void putDots(ByteBuffer block, int end) {
        int first = DirectoryFormat.DOT_BYTES;
        DirectoryFormat.putEntry(block, 0, self, first, TYPE_DIRECTORY, DOT);
        DirectoryFormat.putEntry(block, first, parent, end - first, TYPE_DIRECTORY, DOT_DOT);
    }

    /** Writes entries from an offset up to the end of a block, and the checksum. */
    private ByteBuffer leaf(ByteBuffer block, int from, List<DirectoryLayout.Entry> entries) {
        int at = from;
        for (int i = 0; i < entries.size(); i++) {
            DirectoryLayout.Entry entry = entries.get(i);
            byte[] name = entry.name().bytes();
            boolean last = i == entries.size() - 1;
            int length = last ? DirectoryFormat.LEAF_BYTES - at : DirectoryFormat.entryBytes(name.length);
            int type = DirectoryFormat.typeCode(entry.inode().type());
            DirectoryFormat.putEntry(block, at, numbers.numberOf(entry.inode()), length, type, name);
            at += length;
        }
        if (at == 0) {
            DirectoryFormat.putEntry(block, 0, 0, DirectoryFormat.LEAF_BYTES, TYPE_UNKNOWN, NO_NAME);
        }
        DirectoryFormat.sealLeaf(block, seed);
        return block;
    }

    private ByteBuffer root() {
        ByteBuffer block = Ext4Format.block();
        putDots(block, Ext4Format.BLOCK_BYTES);
        int nodes = layout.nodes();
        DirectoryFormat.putRootInfo(block, Superblock.HASH_HALF_MD4, nodes > 0 ? 1 : 0);
        int count = nodes > 0 ? nodes : layout.leaves();
        int offset = DirectoryFormat.ROOT_COUNT_OFFSET;
        for (int i = 0; i < count; i++) {
            int leaf = nodes > 0 ? DirectoryLayout.firstLeafOf(i) : i;
            DirectoryFormat.putDxEntry(block, offset, i, layout.leafHash(leaf), 1 + i);
        }
        DirectoryFormat.putLimitAndCount(block, offset, DirectoryFormat.ROOT_LIMIT, count);
        DirectoryFormat.sealDx(block, offset, seed);
        return block;
    }

    private ByteBuffer node(int node) {
        ByteBuffer block = Ext4Format.block();
        DirectoryFormat.putEntry(block, 0, 0, Ext4Format.BLOCK_BYTES, TYPE_UNKNOWN, NO_NAME);
        int count = layout.leavesOf(node);
        int offset = DirectoryFormat.NODE_COUNT_OFFSET;
        for (int i = 0; i < count; i++) {
            int leaf = DirectoryLayout.firstLeafOf(node) + i;
            DirectoryFormat.putDxEntry(block, offset, i, layout.leafHash(leaf), 1 + layout.nodes() + leaf);
        }
        DirectoryFormat.putLimitAndCount(block, offset, DirectoryFormat.NODE_LIMIT, count);
        DirectoryFormat.sealDx(block, offset, seed);
        return block;
    }
}
