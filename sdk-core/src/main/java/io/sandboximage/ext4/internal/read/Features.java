package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Feature bits by the names that {@code dumpe2fs} prints, and which of them a reader must know. */
public final class Features {
    private static final Map<Integer, String> COMPAT = Map.of(
            Ext4Format.COMPAT_HAS_JOURNAL,
            "has_journal",
            Ext4Format.COMPAT_EXT_ATTR,
            "ext_attr",
            Ext4Format.COMPAT_RESIZE_INODE,
            "resize_inode",
            Ext4Format.COMPAT_DIR_INDEX,
            "dir_index",
            0x200,
            "sparse_super2",
            0x400,
            "fast_commit",
            0x800,
            "stable_inodes",
            0x1000,
            "orphan_file");

    private static final Map<Integer, String> INCOMPAT = Map.ofEntries(
            Map.entry(0x1, "compression"),
            Map.entry(Ext4Format.INCOMPAT_FILETYPE, "filetype"),
            Map.entry(Ext4Format.INCOMPAT_RECOVER, "needs_recovery"),
            Map.entry(0x8, "journal_dev"),
            Map.entry(Ext4Format.INCOMPAT_META_BG, "meta_bg"),
            Map.entry(Ext4Format.INCOMPAT_EXTENTS, "extent"),
            Map.entry(Ext4Format.INCOMPAT_64BIT, "64bit"),
            Map.entry(0x100, "mmp"),
            Map.entry(Ext4Format.INCOMPAT_FLEX_BG, "flex_bg"),
            Map.entry(Ext4Format.INCOMPAT_EA_INODE, "ea_inode"),
            Map.entry(Ext4Format.INCOMPAT_CSUM_SEED, "metadata_csum_seed"),
            Map.entry(Ext4Format.INCOMPAT_LARGEDIR, "large_dir"),
            Map.entry(0x8000, "inline_data"),
            Map.entry(0x10000, "encrypt"),
            Map.entry(0x20000, "casefold"));

    private static final Map<Integer, String> RO_COMPAT = Map.ofEntries(
            Map.entry(Ext4Format.RO_COMPAT_SPARSE_SUPER, "sparse_super"),
            Map.entry(Ext4Format.RO_COMPAT_LARGE_FILE, "large_file"),
            Map.entry(Ext4Format.RO_COMPAT_HUGE_FILE, "huge_file"),
            Map.entry(Ext4Format.RO_COMPAT_GDT_CSUM, "uninit_bg"),
            Map.entry(Ext4Format.RO_COMPAT_DIR_NLINK, "dir_nlink"),
            Map.entry(Ext4Format.RO_COMPAT_EXTRA_ISIZE, "extra_isize"),
            Map.entry(0x100, "quota"),
            Map.entry(0x200, "bigalloc"),
            Map.entry(Ext4Format.RO_COMPAT_METADATA_CSUM, "metadata_csum"),
            Map.entry(0x1000, "read-only"),
            Map.entry(0x2000, "project"),
            Map.entry(0x4000, "shared_blocks"),
            Map.entry(0x8000, "verity"),
            Map.entry(0x10000, "orphan_present"));

    /** compression, journal_dev and encrypt change what data looks like; whatever has no name here may do anything. */
    private static final int UNREADABLE = 0x1 | 0x8 | 0x10000;

    private Features() {}

    public static Set<String> names(Superblock superblock) {
        Set<String> names = new TreeSet<>();
        add(names, COMPAT, superblock.getInt(Field.COMPAT), "FEATURE_C");
        add(names, INCOMPAT, superblock.getInt(Field.INCOMPAT), "FEATURE_I");
        add(names, RO_COMPAT, superblock.getInt(Field.RO_COMPAT), "FEATURE_R");
        return names;
    }

    static void requireReadable(Superblock superblock, String name) {
        int known = INCOMPAT.keySet().stream().reduce(0, (all, bit) -> all | bit);
        int bad = superblock.getInt(Field.INCOMPAT) & (UNREADABLE | ~known);
        if (bad != 0) {
            Set<String> names = new TreeSet<>();
            add(names, INCOMPAT, bad, "FEATURE_I");
            throw new InvalidContentException(
                    "The file system in " + name + " has features that cannot be read here: " + names);
        }
    }

    private static void add(Set<String> names, Map<Integer, String> known, int bits, String unknown) {
        for (int i = 0; i < Integer.SIZE; i++) {
            int bit = 1 << i;
            if ((bits & bit) != 0) {
                names.add(known.getOrDefault(bit, unknown + i));
            }
        }
    }
}
