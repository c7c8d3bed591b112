package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attribute blocks and value inodes of a whole tree. Inodes with equal attributes share one block; equal large values share
 * one inode. Numbered in the order in which the tree's inodes need them first.
 */
final class XattrPlan {
    private static final int NONE = -1;

    private final Map<List<XattrLayout.Entry>, Shared> blocks = new LinkedHashMap<>();
    private final Map<Value, Shared> values = new LinkedHashMap<>();
    private final int[] blockOf;

    /** Something that several refer to. */
    static final class Shared {
        private final int position;
        private int references;

        Shared(int position) {
            this.position = position;
        }

        int position() {
            return position;
        }

        int references() {
            return references;
        }
    }

    /** A large value, compared by content. */
    record Value(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && Arrays.equals(bytes, value.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    XattrPlan(Numbering numbers) {
        int[] chosen = new int[0];
        for (int position = 0; position < numbers.count(); position++) {
            Inode inode = numbers.inode(position);
            if (inode.xattrs().isEmpty()) {
                continue;
            }
            XattrLayout layout = layout(numbers, inode);
            layout.inInode().forEach(this::refer);
            if (!layout.inBlock().isEmpty()) {
                if (chosen.length == 0) {
                    chosen = new int[numbers.count()];
                    Arrays.fill(chosen, NONE);
                }
                chosen[position] = share(layout.inBlock());
            }
        }
        blockOf = chosen;
    }

    private static XattrLayout layout(Numbering numbers, Inode inode) {
        try {
            return XattrLayout.of(inode);
        } catch (InvalidContentException e) {
            throw numbers.at(inode, e);
        }
    }

    private int share(List<XattrLayout.Entry> entries) {
        Shared block = blocks.get(entries);
        if (block == null) {
            block = new Shared(blocks.size());
            blocks.put(entries, block);
            entries.forEach(this::refer);
        }
        block.references++;
        return block.position;
    }

    private void refer(XattrLayout.Entry entry) {
        if (entry.ownInode()) {
            values.computeIfAbsent(new Value(entry.value()), value -> new Shared(values.size())).references++;
        }
    }

    /** Which block the inode at a position uses, or -1. */
    int blockOf(int position) {
        return blockOf.length == 0 ? NONE : blockOf[position];
    }

    Map<List<XattrLayout.Entry>, Shared> blocks() {
        return blocks;
    }

    /** The large values, in the order of their numbers. */
    List<byte[]> values() {
        List<byte[]> all = new ArrayList<>();
        values.keySet().forEach(value -> all.add(value.bytes()));
        return all;
    }

    Shared value(byte[] value) {
        Shared shared = values.get(new Value(value));
        if (shared == null) {
            throw new IllegalStateException("An extended attribute changed after planning");
        }
        return shared;
    }
}
