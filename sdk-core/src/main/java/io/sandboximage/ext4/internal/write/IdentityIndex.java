package io.sandboximage.ext4.internal.write;

import io.sandboximage.filetree.Inode;

/**
 * The position of each inode in a list, found by identity. Open addressing in two flat arrays: a hash map of the JDK would take
 * several times the memory for a million files.
 */
final class IdentityIndex {
    private final Inode[] keys;
    private final int[] positions;
    private final int mask;

    IdentityIndex(Inode[] inodes) {
        int capacity = Integer.highestOneBit(Math.max(4, inodes.length)) << 1;
        keys = new Inode[capacity];
        positions = new int[capacity];
        mask = capacity - 1;
        for (int position = 0; position < inodes.length; position++) {
            int slot = slotOf(inodes[position]);
            keys[slot] = inodes[position];
            positions[slot] = position;
        }
    }

    /** The position, or -1. */
    int get(Inode inode) {
        int slot = slotOf(inode);
        return keys[slot] == inode ? positions[slot] : -1;
    }

    private int slotOf(Inode inode) {
        int hash = System.identityHashCode(inode);
        int slot = (hash ^ (hash >>> 15)) & mask;
        while (keys[slot] != null && keys[slot] != inode) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
