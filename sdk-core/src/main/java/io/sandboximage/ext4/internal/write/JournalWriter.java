package io.sandboximage.ext4.internal.write;

import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.InodeRecord.Time;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * Writes an empty journal: its inode, and its superblock, which is big-endian.
 *
 * <pre>
 * magic u32 | type u32 | sequence u32 | block size u32 | blocks u32 | first log block u32 | first sequence u32 | start u32 (0: clean)
 * | error u32 | features 3 × u32 | UUID | users u32 …
 * </pre>
 */
final class JournalWriter {
    private static final int MAGIC = 0xC03B3998;
    private static final int SUPERBLOCK_V2 = 4;
    private static final int FIRST_LOG_BLOCK = 1;
    private static final int FIRST_SEQUENCE = 1;
    private static final int UUID_OFFSET = 0x30;
    private static final int USERS = 0x40;

    private final Plan plan;
    private final ImageFile file;

    JournalWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.file = file;
    }

    long sizeBytes() {
        return plan.journalBlocks() * Ext4Format.BLOCK_BYTES;
    }

    /** Gives the inode's {@code i_block}, for the copy in the superblock. */
    byte[] write(InodeTableWriter table, NodeWriter nodes) {
        writeSuperblock();
        Instant now = plan.parameters().timestamp();
        byte[][] iBlock = new byte[1][];
        table.put(Ext4Format.JOURNAL_INODE, inode -> {
            inode.mode(InodeRecord.MODE_REGULAR | 0600).links(1).size(sizeBytes());
            for (Time time : new Time[] {Time.ACCESSED, Time.CHANGED, Time.MODIFIED}) {
                inode.time(time, now.getEpochSecond(), now.getNano());
            }
            iBlock[0] = nodes.putExtents(
                    inode,
                    Ext4Format.JOURNAL_INODE,
                    BlockRanges.first(plan.journalBlocks()),
                    plan.allocation().journal(),
                    0);
        });
        return iBlock[0];
    }

    private void writeSuperblock() {
        ByteBuffer block = ByteBuffer.allocate(Ext4Format.BLOCK_BYTES);
        block.putInt(MAGIC)
                .putInt(SUPERBLOCK_V2)
                .putInt(0)
                .putInt(Ext4Format.BLOCK_BYTES)
                .putInt((int) plan.journalBlocks())
                .putInt(FIRST_LOG_BLOCK)
                .putInt(FIRST_SEQUENCE);
        block.position(UUID_OFFSET)
                .putLong(plan.parameters().uuid().getMostSignificantBits())
                .putLong(plan.parameters().uuid().getLeastSignificantBits());
        block.putInt(USERS, 1);
        file.writeBlock(
                plan.allocation().map().block(plan.allocation().journal().start()), block.rewind());
    }
}
