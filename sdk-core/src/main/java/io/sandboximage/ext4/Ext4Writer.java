package io.sandboximage.ext4;

import io.sandboximage.ext4.internal.format.XattrFormat;
import io.sandboximage.filetree.FileTree;

/**
 * Plans ext4 file systems. Planning fixes every block and inode number without touching a disk, so that file data can then be
 * written straight to its final place, in any order and by many threads:
 *
 * <pre>{@code
 * Ext4Layout layout = Ext4Writer.plan(tree, Ext4Options.defaults());
 * try (Ext4Output output = layout.create(file)) {
 *     output.writeData(inode, 0, bytes);
 *     output.finish();
 * }
 * }</pre>
 *
 * Equal trees, options and data give equal bytes.
 */
public final class Ext4Writer {
    private Ext4Writer() {}

    /**
     * Lays the tree out. The tree must not change from now until the output is finished. A directory {@code /lost+found} is
     * added where the tree has nothing of that name.
     *
     * @throws io.sandboximage.error.InvalidRequestException if the tree does not fit the exact size, with the size that it
     *     needs, or if options contradict each other
     * @throws io.sandboximage.error.InvalidContentException if ext4 cannot hold something in the tree
     */
    public static Ext4Layout plan(FileTree tree, Ext4Options options) {
        return Planner.plan(tree, options);
    }

    /**
     * Whether extended attributes of this full name can be stored. Linux knows {@code user.}, {@code trusted.},
     * {@code security.} and the two lists of access rights; others, as other systems put them into archives, cannot be.
     */
    public static boolean supportsXattr(String name) {
        return XattrFormat.supports(name);
    }
}
