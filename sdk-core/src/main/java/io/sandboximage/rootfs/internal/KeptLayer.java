package io.sandboximage.rootfs.internal;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.ext4.Ext4DataArea;
import io.sandboximage.ext4.Ext4Layout;
import io.sandboximage.filetree.FileContent.Range;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A layer of a {@link LayerStore}, open: it can be used even if its file is removed meanwhile. */
final class KeptLayer implements AutoCloseable {
    private final FileChannel file;
    private final LayerTail tail;

    private KeptLayer(FileChannel file, LayerTail tail) {
        this.file = file;
        this.tail = tail;
    }

    /**
     * @throws InvalidContentException if the file is damaged
     * @throws IOException if it is not there or cannot be read
     */
    static KeptLayer open(Path path, Digest diffId) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new KeptLayer(file, LayerTail.read(file, diffId));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Reads all of the region. */
    void verifyData() throws IOException {
        RegionSums sums = new RegionSums();
        ByteBuffer chunk = ByteBuffer.allocateDirect(RegionSums.CHUNK_BYTES);
        for (int i = 0; i < tail.sums().length; i++) {
            if (tail.zeros().contains(i)) {
                continue; // Nobody reads it.
            }
            long position = (long) i * RegionSums.CHUNK_BYTES;
            CancelledException.throwIfInterrupted("verifying a kept layer");
            chunk.clear().limit((int) Math.min(chunk.capacity(), tail.regionBytes() - position));
            while (chunk.hasRemaining() && file.read(chunk, position + chunk.position()) >= 0) {
                // until it is full
            }
            if (sums.of(chunk.flip()) != tail.sums()[i]) {
                throw new InvalidContentException("The data of a kept layer is damaged");
            }
        }
    }

    LayerIndex index() {
        return tail.index();
    }

    long blocks() {
        return tail.blocks();
    }

    long regionBytes() {
        return tail.regionBytes();
    }

    long uncompressedBytes() {
        return tail.uncompressedBytes();
    }

    /** Takes a part of the region over into an area; several threads may do so at once. */
    void fill(Ext4DataArea area, Ext4Layout layout, long from, long bytes, long address) {
        tail.zeros()
                .divide(
                        from,
                        bytes,
                        (at, count) -> area.fill(file, at, count, address + at - from, layout),
                        (at, count) -> area.leaveOut(address + at - from, count));
    }

    /** Takes over what an earlier snapshot, with which the area began, lacks of the region. */
    void fillGaps(Ext4DataArea area, Ext4Layout layout, long address, List<Range> gaps) {
        tail.zeros()
                .divide(
                        0,
                        tail.regionBytes(),
                        (at, count) -> area.fillGaps(file, at, count, address + at, layout, gaps),
                        (at, count) -> area.leaveOut(address + at, count));
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException ignored) {
            // It was only read.
        }
    }
}
