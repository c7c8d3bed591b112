package io.sandboximage.ext4.internal.write;

import io.sandboximage.filetree.Inode;

/**
 * The position of each inode in a list, found by identity. Open addressing in one flat array over the list itself: a hash map of
 * the JDK would take several times the memory for a million files.
 */
final class IdentityIndex {
    private final Inode[] inodes;

    /** Positions plus one; 0 is a free slot. At most two thirds are taken, or chains of slots become long. */
    private final int[] slots;

    private final int mask;

    /** @param inodes kept, and not to be changed */
    IdentityIndex(Inode[] inodes) {
        this.inodes = inodes;
        int capacity = 4;
        while (capacity * 2L < inodes.length * 3L) {
            capacity <<= 1;
        }
        slots = new int[capacity];
        mask = capacity - 1;
        for (int position = 0; position < inodes.length; position++) {
            slots[slotOf(inodes[position])] = position + 1;
        }
    }

    /** The position, or -1. */
    int get(Inode inode) {
        return slots[slotOf(inode)] - 1;
    }

    private int slotOf(Inode inode) {
        int hash = System.identityHashCode(inode);
        int slot = (hash ^ (hash >>> 15)) & mask;
        while (slots[slot] != 0 && inodes[slots[slot] - 1] != inode) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
