package io.sandboximage.rootfs.internal;

import io.sandboximage.ext4.DataBlocks;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Options;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Zeros;
import io.sandboximage.rootfs.internal.tar.TarEntry;
import io.sandboximage.rootfs.internal.tar.TarReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Writes the data of one layer's files into its region, in large pieces, blocks filled up with zeros; large pieces of zeros stay holes.
 * As long as it is unknown where
 * the region begins, because the layers below are not read to their ends, the data goes into a spool file, laid out as the region
 * will be; from then on straight to its place. For one thread, until {@link #settle}.
 */
final class RegionWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = RegionSums.CHUNK_BYTES;
    private static final byte[] ZEROS = new byte[2 * Ext4Options.BLOCK_BYTES];
    private static final int BLOCK_BYTES = Ext4Options.BLOCK_BYTES;

    private final LayerRegions regions;
    private final int layer;
    private final Ext4DataArea area;
    private final Path spoolFile;
    private final @Nullable RegionSums sums;
    private final ZeroChunks zeros = new ZeroChunks();
    private @Nullable ByteBuffer buffer;
    private @Nullable FileChannel spool;
    /** The start of the region, as far as it is in the spool. */
    private long spooled;

    private long bufferStart;
    private long nextBlock;

    /**
     * @param spoolFile made when it is needed, removed in the end
     * @param sums told of all data, or null
     */
    RegionWriter(LayerRegions regions, int layer, Ext4DataArea area, Path spoolFile, @Nullable RegionSums sums) {
        this.regions = regions;
        this.layer = layer;
        this.area = area;
        this.spoolFile = spoolFile;
        this.sums = sums;
    }

    /** Takes the data of an entry, if it has any. */
    void write(TarEntry entry, TarReader reader) throws IOException {
        long blocks = LayerRegions.blocks(entry);
        if (blocks == 0) {
            return;
        }
        long start = nextBlock * BLOCK_BYTES;
        if (entry.sparse().isEmpty()) {
            write(start, entry.sizeBytes(), reader);
        } else {
            DataBlocks places = DataBlocks.of(LayerContent.of(entry, layer, nextBlock));
            for (Range range : entry.sparse().get()) {
                if (range.length() > 0) {
                    write(start + places.address(range.offset()), range.length(), reader);
                }
            }
        }
        nextBlock += blocks;
    }

    private void write(long address, long length, TarReader reader) throws IOException {
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        }
        fillUpTo(buffer, address);
        long left = length;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                flush(buffer);
            }
            ByteBuffer data = reader.data(Math.min(left, buffer.remaining()));
            left -= data.remaining();
            buffer.put(data);
        }
    }

    /** Less than two blocks: what lacks at the end of one range, and at the start of the next. */
    private void fillUpTo(ByteBuffer target, long address) throws IOException {
        for (long left = address - bufferStart - target.position(); left > 0; ) {
            if (!target.hasRemaining()) {
                flush(target);
            }
            int n = (int) Math.min(left, Math.min(target.remaining(), ZEROS.length));
            target.put(ZEROS, 0, n);
            left -= n;
        }
    }

    /** Ends the region. */
    void finish() throws IOException {
        if (buffer != null) {
            fillUpTo(buffer, nextBlock * BLOCK_BYTES);
            flush(buffer);
            buffer = null;
        }
        regions.ends(layer, nextBlock);
    }

    private void flush(ByteBuffer full) throws IOException {
        full.flip();
        int bytes = full.remaining();
        if (sums != null) {
            sums.add(full.duplicate());
        }
        long start = regions.start(layer);
        if (bytes == BUFFER_BYTES && Zeros.only(full)) {
            zeros.add(bufferStart);
        } else if (start >= 0) {
            area.write(start * BLOCK_BYTES + bufferStart, full);
        } else if (bufferStart < area.limitBytes()) {
            spool(full);
        }
        bufferStart += bytes;
        full.clear();
    }

    private void spool(ByteBuffer full) throws IOException {
        try {
            if (spool == null) {
                spool = FileChannel.open(
                        spoolFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            }
            long position = bufferStart;
            while (full.hasRemaining()) {
                position += spool.write(full, position);
            }
            spooled = position;
        } catch (IOException e) {
            throw AtomicFile.failed(spoolFile, e);
        }
    }

    /** How many blocks the region has, once it is finished. */
    long blocks() {
        return nextBlock;
    }

    /** What of the region was left out. */
    ZeroChunks zeros() {
        return zeros;
    }

    /** How many bytes wait in the spool, to be moved by {@link #settle}. */
    long spooled() {
        return spooled;
    }

    /** Moves a part of the spool to its place, once that is known; parts may be moved by several threads at once. */
    void settle(long from, long bytes) {
        FileChannel source = spool;
        if (source != null) {
            long start = regions.start(layer) * BLOCK_BYTES;
            zeros.divide(
                    from,
                    bytes,
                    (at, count) -> area.transfer(source, at, count, start + at),
                    (at, count) -> {}); // a hole here and there
        }
    }

    /** Tells the area what was left out, once the region's place is known. */
    void declareHoles() {
        long start = regions.start(layer) * BLOCK_BYTES;
        zeros.divide(0, nextBlock * BLOCK_BYTES, (at, count) -> {}, (at, count) -> area.leaveOut(start + at, count));
    }

    /** Gives the spool's room back. */
    @Override
    public void close() {
        if (spool != null) {
            try {
                spool.close();
                Files.deleteIfExists(spoolFile);
            } catch (IOException ignored) {
                // It is in a directory that is removed as a whole.
            }
            spool = null;
        }
    }
}
