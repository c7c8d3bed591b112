package io.sandboximage.ext4.internal.write;

import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCKS_PER_GROUP;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.GroupDescriptor;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.Superblock;
import io.sandboximage.ext4.internal.format.Superblock.Field;
import java.nio.ByteBuffer;

/** Writes the superblock and its backups. */
final class SuperblockWriter {
    private static final int LOG_BLOCK_SIZE = 2;
    private static final int DYNAMIC_REVISION = 1;
    private static final int NEVER_CHECK_BY_MOUNTS = 0xFFFF;
    private static final int CONTINUE_ON_ERRORS = 1;
    private static final int XATTR_AND_ACL = 0xC;
    private static final int COMPAT = Ext4Format.COMPAT_EXT_ATTR | Ext4Format.COMPAT_DIR_INDEX;
    private static final int INCOMPAT = Ext4Format.INCOMPAT_FILETYPE
            | Ext4Format.INCOMPAT_EXTENTS
            | Ext4Format.INCOMPAT_64BIT
            | Ext4Format.INCOMPAT_FLEX_BG;
    private static final int RO_COMPAT = Ext4Format.RO_COMPAT_SPARSE_SUPER
            | Ext4Format.RO_COMPAT_LARGE_FILE
            | Ext4Format.RO_COMPAT_HUGE_FILE
            | Ext4Format.RO_COMPAT_DIR_NLINK
            | Ext4Format.RO_COMPAT_EXTRA_ISIZE
            | Ext4Format.RO_COMPAT_METADATA_CSUM;

    private final Plan plan;
    private final ImageFile file;
    private final Superblock superblock = new Superblock();

    SuperblockWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.file = file;
        geometry();
        identity();
        features();
    }

    void journal(byte[] iBlock, long sizeBytes) {
        superblock.set(Field.JOURNAL_INODE, Ext4Format.JOURNAL_INODE).journalBackup(iBlock, sizeBytes);
    }

    void writeBackups() {
        for (long group : BackupGroups.below(plan.geometry().groups())) {
            write(group, group * BLOCKS_PER_GROUP * Ext4Format.BLOCK_BYTES);
        }
    }

    void writePrimary() {
        write(0, Superblock.OFFSET);
    }

    private void write(long group, long offset) {
        superblock.set(Field.GROUP_OF_THIS_COPY, group).sealed();
        file.write(offset, ByteBuffer.wrap(superblock.bytes()));
    }

    private void geometry() {
        Geometry geometry = plan.geometry();
        long free = plan.freeBlocks();
        long reserved = geometry.blocks() * plan.parameters().reservedPercent() / 100;
        superblock
                .set(Field.INODES, geometry.inodes())
                .set(Field.BLOCKS, geometry.blocks())
                .set(Field.RESERVED_BLOCKS, reserved)
                .set(Field.FREE_BLOCKS, free)
                .set(Field.FREE_INODES, geometry.inodes() - plan.contents().usedInodes())
                .set(Field.LOG_BLOCK_SIZE, LOG_BLOCK_SIZE)
                .set(Field.LOG_CLUSTER_SIZE, LOG_BLOCK_SIZE)
                .set(Field.BLOCKS_PER_GROUP, BLOCKS_PER_GROUP)
                .set(Field.CLUSTERS_PER_GROUP, BLOCKS_PER_GROUP)
                .set(Field.INODES_PER_GROUP, geometry.inodesPerGroup())
                .set(Field.FIRST_INODE, Ext4Format.FIRST_ORDINARY_INODE)
                .set(Field.INODE_BYTES, InodeRecord.BYTES)
                .set(Field.DESCRIPTOR_BYTES, GroupDescriptor.BYTES)
                .set(Field.RESERVED_DESCRIPTOR_BLOCKS, geometry.reservedDescriptorBlocks())
                .set(Field.LOG_GROUPS_PER_FLEX, Geometry.LOG_GROUPS_PER_FLEX)
                .set(Field.MIN_EXTRA_ISIZE, InodeRecord.EXTRA_ISIZE)
                .set(Field.WANTED_EXTRA_ISIZE, InodeRecord.EXTRA_ISIZE);
    }

    private void identity() {
        LayoutParameters parameters = plan.parameters();
        long created = parameters.timestamp().getEpochSecond();
        superblock
                .uuid(parameters.uuid())
                .hashSeed(parameters.hashSeed())
                .label(parameters.label())
                .set(Field.MAGIC_NUMBER, Superblock.MAGIC)
                .set(Field.REVISION, DYNAMIC_REVISION)
                .set(Field.STATE, Superblock.STATE_CLEAN)
                .set(Field.ERROR_POLICY, CONTINUE_ON_ERRORS)
                .set(Field.MAX_MOUNTS, NEVER_CHECK_BY_MOUNTS)
                .set(Field.WRITTEN_AT, created)
                .set(Field.CHECKED_AT, created)
                .set(Field.CREATED_AT, created)
                .set(Field.DEFAULT_MOUNT_OPTIONS, XATTR_AND_ACL);
    }

    private void features() {
        int compat = COMPAT
                | (plan.journalBlocks() > 0 ? Ext4Format.COMPAT_HAS_JOURNAL : 0)
                | (plan.geometry().resizeInode() ? Ext4Format.COMPAT_RESIZE_INODE : 0);
        boolean largeValues = !plan.contents().xattrs().values().isEmpty();
        superblock
                .set(Field.COMPAT, compat)
                .set(Field.INCOMPAT, INCOMPAT | (largeValues ? Ext4Format.INCOMPAT_EA_INODE : 0))
                .set(Field.RO_COMPAT, RO_COMPAT)
                .set(Field.DEFAULT_HASH, Superblock.HASH_HALF_MD4)
                .set(Field.FLAGS, Superblock.FLAG_SIGNED_HASH)
                .set(Field.CHECKSUM_TYPE, Superblock.CHECKSUM_CRC32C);
    }
}
