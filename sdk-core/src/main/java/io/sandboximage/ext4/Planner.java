package io.sandboximage.ext4;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.filetree.FileTree;

/** The planner behind {@link Ext4Writer}. */
final class Planner {
    private Planner() {}

    static Ext4Layout plan(FileTree tree, Ext4Options options) {
        if (!options.journal() && options.journalBytes().isPresent()) {
            throw new InvalidRequestException("A journal size was chosen for an ext4 file system without a journal");
        }
        throw new UnsupportedOperationException("Planning " + tree.root().childCount() + " entries is being written");
    }
}
