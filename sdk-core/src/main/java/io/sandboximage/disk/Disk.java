package io.sandboximage.disk;

import io.sandboximage.error.InvalidContentException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The bytes of a disk, wherever they are. Thread-safe: all reads are positional. */
public interface Disk extends AutoCloseable {
    /**
     * A file: raw, or compressed in frames as {@link SeekableZstd} writes them, which is recognised by its end.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such file
     * @throws io.sandboximage.error.StorageException if it cannot be read
     * @throws InvalidContentException if it is compressed and its index is malformed
     */
    static Disk open(Path file) {
        FileDisk raw = FileDisk.open(file);
        try {
            return SeekTable.find(raw)
                    .<Disk>map(table -> new ZstdDisk(raw, table))
                    .orElse(raw);
        } catch (RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** What people call it, for messages. */
    String name();

    /** How many bytes it has, holes included. */
    long sizeBytes();

    /**
     * Fills the buffer to its limit.
     *
     * @param offset of the first byte
     * @throws InvalidContentException if the disk ends before
     */
    void read(long offset, ByteBuffer target);

    /** Like {@link #read(long, ByteBuffer)}, into a new array. */
    default byte[] read(long offset, int length) {
        if (offset < 0 || length > sizeBytes() - offset) {
            throw new InvalidContentException(name() + " is cut off: it has " + sizeBytes()
                    + " bytes, but what begins at " + offset + " ends at " + (offset + length));
        }
        byte[] bytes = new byte[length];
        read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    @Override
    void close();
}
