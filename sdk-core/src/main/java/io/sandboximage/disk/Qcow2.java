package io.sandboximage.disk;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Zeros;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes disks in the format of QEMU, version 3: sparse, uncompressed, without a backing file, for virtual machines that write to them.
 * Clusters of {@value #CLUSTER_BYTES} bytes that are nothing but zeros are left out. One pass; the same disk gives the same bytes.
 *
 * <pre>
 * header | L1 table | for each 512 MiB of the disk: its data clusters, their L2 table | refcount table | refcount blocks
 * </pre>
 *
 * The format is QEMU's {@code docs/interop/qcow2.txt}; all numbers are big-endian.
 */
public final class Qcow2 {
    private static final int CLUSTER_BITS = 16;
    /** The unit of allocation. */
    public static final int CLUSTER_BYTES = 1 << CLUSTER_BITS;

    private static final int MAGIC = 0x514649FB; // "QFI", 0xFB
    private static final int VERSION = 3;
    private static final int HEADER_BYTES = 104;
    private static final int REFCOUNT_ORDER = 4;
    private static final int REFCOUNTS_PER_BLOCK = CLUSTER_BYTES / Short.BYTES;
    private static final int TABLE_ENTRIES = CLUSTER_BYTES / Long.BYTES;
    private static final int SECTOR_BYTES = 512;

    /** QEMU's limit for the L1 table, 32 MiB, is 2 PiB with these clusters; no file system here comes close. */
    private static final long MAX_BYTES = 1L << 50;

    /** Of entries: the cluster has one user, so that it may be written to. */
    private static final long COPIED = 1L << 63;

    private static final int PIECE_BYTES = 16 * CLUSTER_BYTES;

    private Qcow2() {}

    /**
     * Writes a disk. The target appears under its name whole or not at all, in place of what has it.
     *
     * @param source raw or compressed, as {@link Disk#open} knows it; it is filled up to whole sectors of 512 bytes
     * @throws io.sandboximage.error.StorageException if one file cannot be read or the other not be written
     * @throws CancelledException if the thread is interrupted
     */
    public static void write(Path source, Path target, ProgressTask progress) {
        try (Disk disk = Disk.open(source);
                ProgressTask task = progress.child(
                        "write " + target.getFileName() + " as qcow2", ProgressUnit.BYTES, disk.sizeBytes());
                AtomicFile file = AtomicFile.create(target)) {
            if (disk.sizeBytes() > MAX_BYTES) {
                throw new InvalidContentException(
                        "The disk " + disk.name() + " is too large for qcow2: it has " + disk.sizeBytes() + " bytes");
            }
            new Writer(disk, file.channel(), task).write();
            file.commit();
            task.done();
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    private static long ceiling(long number, long unit) {
        return (number + unit - 1) / unit;
    }

    private static final class Writer {
        private final Disk disk;
        private final FileChannel out;
        private final ProgressTask task;
        private final ByteBuffer l1;
        private final byte[] piece = new byte[PIECE_BYTES];
        private final long size;
        /** The next cluster of the file that nobody uses. */
        private long next;

        Writer(Disk disk, FileChannel out, ProgressTask task) {
            this.disk = disk;
            this.out = out;
            this.task = task;
            size = disk.sizeBytes();
            long entries = ceiling(ceiling(size, CLUSTER_BYTES), TABLE_ENTRIES);
            l1 = ByteBuffer.allocate(Math.toIntExact(ceiling(entries, TABLE_ENTRIES) * CLUSTER_BYTES));
            l1.limit(Math.toIntExact(entries * Long.BYTES));
            next = 1L + l1.capacity() / CLUSTER_BYTES;
        }

        void write() throws IOException {
            ByteBuffer l2 = ByteBuffer.allocate(CLUSTER_BYTES);
            while (l1.hasRemaining()) {
                long before = next;
                data(l1.position() / Long.BYTES * ((long) TABLE_ENTRIES * CLUSTER_BYTES), l2.clear());
                if (next == before) {
                    l1.putLong(0);
                } else {
                    l1.putLong(next * CLUSTER_BYTES | COPIED);
                    append(l2.clear());
                }
            }
            int entries = l1.limit() / Long.BYTES;
            put(CLUSTER_BYTES, l1.clear());
            long used = next;
            long blocks = refcountBlocks(used);
            long tableClusters = ceiling(blocks, TABLE_ENTRIES);
            refcounts(used + tableClusters + blocks, tableClusters, blocks);
            put(0, header(entries, used, tableClusters));
        }

        /** Writes the data that one L2 table covers. */
        private void data(long start, ByteBuffer l2) throws IOException {
            for (long at = start; l2.hasRemaining() && at < size; at += PIECE_BYTES) {
                CancelledException.throwIfInterrupted("writing qcow2");
                int length = (int) Math.min(PIECE_BYTES, size - at);
                disk.read(at, ByteBuffer.wrap(piece, 0, length));
                int clusters = (int) ceiling(length, CLUSTER_BYTES);
                Arrays.fill(piece, length, clusters * CLUSTER_BYTES, (byte) 0);
                for (int i = 0; i < clusters; i++) {
                    int from = i * CLUSTER_BYTES;
                    if (Zeros.only(piece, from, from + CLUSTER_BYTES)) {
                        l2.putLong(0);
                    } else {
                        l2.putLong(next * CLUSTER_BYTES | COPIED);
                        append(ByteBuffer.wrap(piece, from, CLUSTER_BYTES));
                    }
                }
                task.advance(length);
            }
            while (l2.hasRemaining()) {
                l2.putLong(0);
            }
        }

        /** Enough for what is used and for themselves and their table. */
        private static long refcountBlocks(long used) {
            long blocks = 0;
            while (true) {
                long needed = ceiling(used + blocks + ceiling(blocks, TABLE_ENTRIES), REFCOUNTS_PER_BLOCK);
                if (needed == blocks) {
                    return blocks;
                }
                blocks = needed;
            }
        }

        private void refcounts(long users, long tableClusters, long blocks) throws IOException {
            ByteBuffer table = ByteBuffer.allocate(Math.toIntExact(tableClusters * CLUSTER_BYTES));
            for (long block = 0; block < blocks; block++) {
                table.putLong((next + tableClusters + block) * CLUSTER_BYTES);
            }
            append(table.clear());
            ByteBuffer counts = ByteBuffer.allocate(CLUSTER_BYTES);
            for (long left = users; left > 0; left -= REFCOUNTS_PER_BLOCK) {
                counts.clear();
                for (long i = Math.min(left, REFCOUNTS_PER_BLOCK); i > 0; i--) {
                    counts.putShort((short) 1);
                }
                while (counts.hasRemaining()) {
                    counts.putShort((short) 0);
                }
                append(counts.clear());
            }
        }

        private ByteBuffer header(int l1Entries, long refcountTable, long refcountTableClusters) {
            ByteBuffer header = ByteBuffer.allocate(CLUSTER_BYTES);
            header.putInt(MAGIC).putInt(VERSION);
            header.putLong(0).putInt(0); // no backing file
            header.putInt(CLUSTER_BITS).putLong(ceiling(size, SECTOR_BYTES) * SECTOR_BYTES);
            header.putInt(0); // not encrypted
            header.putInt(l1Entries).putLong(CLUSTER_BYTES);
            header.putLong(refcountTable * CLUSTER_BYTES).putInt((int) refcountTableClusters);
            header.putInt(0).putLong(0); // no snapshots
            header.putLong(0).putLong(0).putLong(0); // no features
            header.putInt(REFCOUNT_ORDER).putInt(HEADER_BYTES);
            return header.clear();
        }

        /** Whole clusters, behind all others. */
        private void append(ByteBuffer clusters) throws IOException {
            long at = next * CLUSTER_BYTES;
            next += clusters.remaining() / CLUSTER_BYTES;
            put(at, clusters);
        }

        private void put(long offset, ByteBuffer bytes) throws IOException {
            long at = offset;
            while (bytes.hasRemaining()) {
                at += out.write(bytes, at);
            }
        }
    }
}
