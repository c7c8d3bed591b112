package io.sandboximage.ext4;

import io.sandboximage.filetree.FileTree;

/** The planner behind {@link Ext4Writer}. */
final class Planner {
    private Planner() {}

    static Ext4Layout plan(FileTree tree, Ext4Options options) {
        throw new UnsupportedOperationException("Planning \"" + options.label() + "\" with "
                + tree.root().childCount() + " entries in its root is being written");
    }
}
