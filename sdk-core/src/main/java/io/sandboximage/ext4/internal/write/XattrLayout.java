package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.PosixAcl;
import io.sandboximage.ext4.internal.format.XattrFormat;
import io.sandboximage.filetree.Inode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where one inode's attributes go: into the inode as long as there is room, the others into a block; values that are too large
 * for a block go into inodes of their own.
 */
record XattrLayout(List<Entry> inInode, List<Entry> inBlock) {
    static final XattrLayout NONE = new XattrLayout(List.of(), List.of());

    /** The limit of the system call that sets attributes. */
    private static final int MAX_VALUE_BYTES = 64 << 10;

    private static final int MAX_NAME_BYTES = 255;
    private static final int INODE_ROOM = InodeRecord.BYTES
            - InodeRecord.OLD_BYTES
            - InodeRecord.EXTRA_ISIZE
            - XattrFormat.INODE_HEADER_BYTES
            - XattrFormat.END_BYTES;
    private static final int BLOCK_ROOM =
            Ext4Format.BLOCK_BYTES - XattrFormat.BLOCK_HEADER_BYTES - XattrFormat.END_BYTES;

    /** The order that the kernel expects in a block. */
    private static final Comparator<Entry> ON_DISK = Comparator.comparingInt(Entry::prefix)
            .thenComparingInt(entry -> entry.name.length)
            .thenComparing(Entry::name, Arrays::compareUnsigned);

    /** An attribute as on disk. Entries are equal if their names and values are. */
    record Entry(int prefix, byte[] name, byte[] value, boolean ownInode) {
        int bytes() {
            int entry = XattrFormat.ENTRY_HEADER_BYTES + XattrFormat.padded(name.length);
            return ownInode ? entry : entry + XattrFormat.padded(value.length);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Entry entry
                    && prefix == entry.prefix
                    && Arrays.equals(name, entry.name)
                    && Arrays.equals(value, entry.value);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(name) + Arrays.hashCode(value);
        }
    }

    /** Blocks of large values, which count as the inode's own, also where several share them. */
    long valueBlocks() {
        return Stream.concat(inInode.stream(), inBlock.stream())
                .filter(Entry::ownInode)
                .mapToLong(entry -> Ext4Format.blocksFor(entry.value.length))
                .sum();
    }

    /** @throws InvalidContentException if a name or a value is too long, or a list of access rights malformed */
    static XattrLayout of(Inode inode) {
        if (inode.xattrs().isEmpty()) {
            return NONE;
        }
        List<Entry> entries = new ArrayList<>();
        inode.xattrs().forEach((name, value) -> entries.add(entry(name, value)));
        entries.sort(ON_DISK);
        while (true) {
            XattrLayout layout = split(entries);
            if (layout != null) {
                return layout;
            }
            moveLargestOut(entries);
        }
    }

    /** Gives the largest value an inode of its own, which leaves only its name here. */
    private static void moveLargestOut(List<Entry> entries) {
        int largest = -1;
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (!entry.ownInode && (largest < 0 || entry.value.length > entries.get(largest).value.length)) {
                largest = i;
            }
        }
        if (largest < 0) {
            throw new InvalidContentException("The " + entries.size()
                    + " extended attributes of one file cannot be stored: their names alone fill a block");
        }
        Entry entry = entries.get(largest);
        entries.set(largest, new Entry(entry.prefix, entry.name, entry.value, true));
    }

    private static Entry entry(String fullName, byte[] value) {
        XattrFormat.Prefix prefix = XattrFormat.prefixOf(fullName);
        byte[] name = prefix.rest(fullName);
        if (!XattrFormat.supports(fullName)) {
            throw new InvalidContentException("The extended attribute \"" + fullName
                    + "\" cannot be stored: ext4 has no room for names of that kind");
        }
        if (name.length > MAX_NAME_BYTES || value.length > MAX_VALUE_BYTES) {
            throw new InvalidContentException("The extended attribute \"" + fullName + "\" with a value of "
                    + value.length + " bytes cannot be stored: Linux allows names of " + MAX_NAME_BYTES
                    + " and values of " + MAX_VALUE_BYTES + " bytes");
        }
        byte[] onDisk = PosixAcl.isAcl(fullName) ? PosixAcl.toDisk(value) : value;
        return new Entry(prefix.index(), name, onDisk, false);
    }

    private static @Nullable XattrLayout split(List<Entry> entries) {
        List<Entry> inInode = new ArrayList<>();
        List<Entry> inBlock = new ArrayList<>();
        int inodeLeft = INODE_ROOM;
        int blockLeft = BLOCK_ROOM;
        for (Entry entry : entries) {
            if (entry.bytes() <= inodeLeft) {
                inInode.add(entry);
                inodeLeft -= entry.bytes();
            } else {
                inBlock.add(entry);
                blockLeft -= entry.bytes();
            }
        }
        return blockLeft < 0 ? null : new XattrLayout(inInode, inBlock);
    }
}
