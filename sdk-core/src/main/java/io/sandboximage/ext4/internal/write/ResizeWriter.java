package io.sandboximage.ext4.internal.write;

import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCKS_PER_GROUP;
import static io.sandboximage.ext4.internal.format.Ext4Format.BLOCK_BYTES;

import io.sandboximage.ext4.internal.format.BackupGroups;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.InodeRecord.Time;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/**
 * Writes the resize inode: it owns the blocks that are reserved for more group descriptors, so that a mounted file system can
 * grow. Its blocks are found in the old way, by a doubly indirect pointer:
 *
 * <pre>
 * i_block[13] → pointers → each reserved block behind the first descriptors → the same block in each backup group
 * </pre>
 */
final class ResizeWriter {
    private static final int DOUBLY_INDIRECT = 13;
    private static final int POINTERS = BLOCK_BYTES / Integer.BYTES;
    private static final int DIRECT_POINTERS = 12;

    private final Plan plan;
    private final ImageFile file;

    ResizeWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.file = file;
    }

    void write(InodeTableWriter table) {
        Geometry geometry = plan.geometry();
        List<Long> backups = BackupGroups.below(geometry.groups());
        ByteBuffer pointers = Ext4Format.block();
        for (int i = 0; i < geometry.reservedDescriptorBlocks(); i++) {
            int index = geometry.descriptorBlocks() + i;
            long reserved = 1L + index;
            pointers.putInt(index % POINTERS * Integer.BYTES, (int) reserved);
            ByteBuffer copies = Ext4Format.block();
            for (long backup : backups) {
                copies.putInt((int) (backup * BLOCKS_PER_GROUP + reserved));
            }
            file.writeBlock(reserved, copies.rewind());
        }
        file.writeBlock(plan.allocation().resizeBlock(), pointers);
        long owned = 1 + (long) geometry.reservedDescriptorBlocks() * (1 + backups.size());
        Instant now = plan.parameters().timestamp();
        table.put(Ext4Format.RESIZE_INODE, inode -> {
            inode.mode(InodeRecord.MODE_REGULAR | 0600)
                    .links(1)
                    .size((((long) POINTERS + 1) * POINTERS + DIRECT_POINTERS) * BLOCK_BYTES)
                    .blocks(owned)
                    .iBlockWord(DOUBLY_INDIRECT, (int) plan.allocation().resizeBlock());
            for (Time time : new Time[] {Time.ACCESSED, Time.CHANGED, Time.MODIFIED}) {
                inode.time(time, now.getEpochSecond(), now.getNano());
            }
        });
    }
}
