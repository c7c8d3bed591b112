package io.sandboximage.disk;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.io.RecentPieces;
import io.sandboximage.internal.io.ZstdBytes;
import java.nio.ByteBuffer;

/** A file of zstd frames with an index: a read uncompresses only the frames that it touches. */
final class ZstdDisk implements Disk {
    private static final long CACHE_BYTES = 32 << 20;

    private final FileDisk file;
    private final SeekTable table;
    private final RecentPieces recent = new RecentPieces(CACHE_BYTES);

    ZstdDisk(FileDisk file, SeekTable table) {
        this.file = file;
        this.table = table;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public long sizeBytes() {
        return table.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        if (offset < 0 || target.remaining() > sizeBytes() - offset) {
            throw new InvalidContentException(
                    "The file " + name() + " is cut off: uncompressed it has only " + sizeBytes() + " bytes");
        }
        long at = offset;
        while (target.hasRemaining()) {
            int frame = table.frameAt(at);
            byte[] content = recent.get(frame, this::frame);
            int from = (int) (at - table.start(frame));
            int count = Math.min(target.remaining(), content.length - from);
            target.put(content, from, count);
            at += count;
        }
    }

    private byte[] frame(int frame) {
        CancelledException.throwIfInterrupted("reading " + name());
        byte[] compressed = file.read(table.compressedStart(frame), table.compressedLength(frame));
        return ZstdBytes.uncompress(compressed, table.length(frame))
                .orElseThrow(() -> new IntegrityException("Frame " + frame + " of " + name() + ", at "
                        + table.compressedStart(frame)
                        + ", is damaged: it does not give what its checksum and the index say. Make the file again"));
    }

    @Override
    public void close() {
        file.close();
    }
}
