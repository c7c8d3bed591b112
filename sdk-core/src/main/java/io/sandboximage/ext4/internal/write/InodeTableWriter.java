package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.CancelledException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import io.sandboximage.ext4.internal.format.InodeRecord;
import io.sandboximage.ext4.internal.format.InodeRecord.Time;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.Consumer;

/** Writes inodes in the order of their numbers, in chunks: the tables are never whole in memory. */
final class InodeTableWriter {
    private static final int CHUNK_INODES = 1024;

    private final Plan plan;
    private final ImageFile file;
    private final byte[] bytes = new byte[CHUNK_INODES * InodeRecord.BYTES];
    private final ByteBuffer chunk = Ext4Format.littleEndian(bytes);
    private int firstInChunk = 1;
    private int endInChunk;

    InodeTableWriter(Plan plan, ImageFile file) {
        this.plan = plan;
        this.file = file;
    }

    /** Numbers must ascend; those left out stay zero. */
    void put(int number, Consumer<InodeRecord> fields) {
        int index = number - firstInChunk;
        if (index >= chunkSize()) {
            flush();
            int perGroup = plan.geometry().inodesPerGroup();
            int inGroup = (number - 1) % perGroup;
            firstInChunk = number - inGroup % CHUNK_INODES;
            index = number - firstInChunk;
        }
        endInChunk = index + 1;
        InodeRecord inode = new InodeRecord(chunk, index * InodeRecord.BYTES, InodeRecord.BYTES);
        Instant created = plan.parameters().timestamp();
        inode.extraIsize(InodeRecord.EXTRA_ISIZE).time(Time.CREATED, created.getEpochSecond(), created.getNano());
        fields.accept(inode);
        inode.seal(plan.seed(), number);
    }

    /** Writes what is pending; a chunk never passes the end of its group's table. */
    void flush() {
        CancelledException.throwIfInterrupted("writing inodes");
        int perGroup = plan.geometry().inodesPerGroup();
        int group = (firstInChunk - 1) / perGroup;
        int inGroup = (firstInChunk - 1) % perGroup;
        long offset = (plan.tables().inodeTable(group) << Ext4Format.BLOCK_SHIFT) + (long) inGroup * InodeRecord.BYTES;
        file.write(offset, chunk.duplicate().limit(endInChunk * InodeRecord.BYTES));
        endInChunk = 0;
        Arrays.fill(bytes, (byte) 0);
    }

    private int chunkSize() {
        int perGroup = plan.geometry().inodesPerGroup();
        int inGroup = (firstInChunk - 1) % perGroup;
        return Math.min(CHUNK_INODES, perGroup - inGroup);
    }
}
