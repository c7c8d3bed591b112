package io.sandboximage.ext4.internal.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Numbers that more than one structure needs. The reference for all of this package is the kernel documentation "ext4 Data
 * Structures and Algorithms".
 *
 * <pre>
 * block group:  | superblock* | descriptors* | reserved descriptors* | bitmaps, inode tables of a flex group* | data … |
 *               (* only in some groups)
 * </pre>
 */
public final class Ext4Format {
    public static final int BLOCK_BYTES = 4096;
    public static final int BLOCK_SHIFT = 12;
    public static final int BLOCKS_PER_GROUP = 8 * BLOCK_BYTES;
    public static final int SECTORS_PER_BLOCK = BLOCK_BYTES / 512;

    public static final int BAD_BLOCKS_INODE = 1;
    public static final int ROOT_INODE = 2;
    public static final int RESIZE_INODE = 7;
    public static final int JOURNAL_INODE = 8;
    public static final int FIRST_ORDINARY_INODE = 11;

    public static final int COMPAT_HAS_JOURNAL = 0x4;
    public static final int COMPAT_EXT_ATTR = 0x8;
    public static final int COMPAT_RESIZE_INODE = 0x10;
    public static final int COMPAT_DIR_INDEX = 0x20;

    public static final int INCOMPAT_FILETYPE = 0x2;
    public static final int INCOMPAT_RECOVER = 0x4;
    public static final int INCOMPAT_META_BG = 0x10;
    public static final int INCOMPAT_EXTENTS = 0x40;
    public static final int INCOMPAT_64BIT = 0x80;
    public static final int INCOMPAT_FLEX_BG = 0x200;
    public static final int INCOMPAT_EA_INODE = 0x400;
    public static final int INCOMPAT_CSUM_SEED = 0x2000;
    public static final int INCOMPAT_LARGEDIR = 0x4000;

    public static final int RO_COMPAT_SPARSE_SUPER = 0x1;
    public static final int RO_COMPAT_LARGE_FILE = 0x2;
    public static final int RO_COMPAT_HUGE_FILE = 0x8;
    public static final int RO_COMPAT_GDT_CSUM = 0x10;
    public static final int RO_COMPAT_DIR_NLINK = 0x20;
    public static final int RO_COMPAT_EXTRA_ISIZE = 0x40;
    public static final int RO_COMPAT_METADATA_CSUM = 0x400;

    private Ext4Format() {}

    public static ByteBuffer block() {
        return littleEndian(new byte[BLOCK_BYTES]);
    }

    public static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** How many blocks so many bytes take. */
    public static long blocksFor(long bytes) {
        return (bytes >>> BLOCK_SHIFT) + ((bytes & (BLOCK_BYTES - 1)) == 0 ? 0 : 1);
    }
}
