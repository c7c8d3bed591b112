package io.sandboximage.ext4.internal.write;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.internal.format.Ext4Format;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that is written: positional writes, thread-safe; what is not written stays a hole. */
final class ImageFile {
    private final Path path;
    /** Only this class sets a length without writing: a channel cannot. */
    private final RandomAccessFile file;

    private final FileChannel channel;
    private final EarlyWriteback writeback;
    private volatile boolean durable = true;

    private ImageFile(Path path, RandomAccessFile file) {
        this.path = path;
        this.file = file;
        this.channel = file.getChannel();
        this.writeback = new EarlyWriteback(channel);
    }

    /**
     * Creates an empty one.
     *
     * @throws ConflictException if the file exists
     * @throws StorageException if it cannot be made
     */
    static ImageFile create(Path path) {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new ConflictException("The file " + path + " exists already: remove it or choose another name", e);
        } catch (IOException e) {
            throw new StorageException("The file " + path + " could not be created: " + e.getMessage(), e);
        }
        return open(path);
    }

    /**
     * Opens one that is there, with what is in it.
     *
     * @throws StorageException if that fails
     */
    static ImageFile open(Path path) {
        try {
            return new ImageFile(path, new RandomAccessFile(path.toFile(), "rw"));
        } catch (IOException e) {
            throw new StorageException("The file " + path + " could not be opened: " + e.getMessage(), e);
        }
    }

    /** @throws StorageException if the file cannot be that large */
    void length(long bytes) {
        try {
            file.setLength(bytes);
        } catch (IOException e) {
            throw new StorageException(
                    "The file " + path + " could not be made " + bytes + " bytes long: " + e.getMessage()
                            + "; choose a smaller size or another file system",
                    e);
        }
    }

    /** Moves bytes of another file here, within the kernel where it can. */
    void transfer(FileChannel source, long position, long count, long offset) {
        // A channel of its own: the kernel's copy of older JDKs goes to where the target stands.
        try (FileChannel target = FileChannel.open(path, StandardOpenOption.WRITE)) {
            target.position(offset);
            long done = 0;
            while (done < count) {
                long n = source.transferTo(position + done, count - done, target);
                if (n <= 0) {
                    throw new IOException("the file that it is copied from has ended");
                }
                done += n;
            }
            wrote(count);
        } catch (IOException e) {
            throw failed("copying", e);
        }
    }

    /** Moves bytes from here to where another file stands, within the kernel where it can. */
    void transferTo(long offset, long count, FileChannel target) {
        try {
            long done = 0;
            while (done < count) {
                long n = channel.transferTo(offset + done, count - done, target);
                if (n <= 0) {
                    throw new IOException("the file ends before the data that was written to it");
                }
                done += n;
            }
        } catch (IOException e) {
            throw failed("copying from", e);
        }
    }

    void write(long offset, ByteBuffer data) {
        try {
            long position = offset;
            while (data.hasRemaining()) {
                position += channel.write(data, position);
            }
            wrote(position - offset);
        } catch (IOException e) {
            throw failed("writing", e);
        }
    }

    void writeBlock(long block, ByteBuffer data) {
        write(block << Ext4Format.BLOCK_SHIFT, data);
    }

    private void wrote(long bytes) {
        if (durable) {
            writeback.wrote(bytes);
        }
    }

    /** Whether {@link #force} does what it says, and begins with it while data is written. */
    void durable(boolean on) {
        durable = on;
    }

    void force() {
        if (!durable) {
            return;
        }
        try {
            writeback.end();
            channel.force(true);
        } catch (IOException e) {
            throw failed("flushing", e);
        }
    }

    void close() {
        try (channel) {
            writeback.end();
        } catch (IOException e) {
            throw failed("closing", e);
        }
    }

    private SandboxImageException failed(String action, IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new CancelledException("Cancelled while " + action + " " + path, cause);
        }
        return new StorageException(
                "The file system in " + path + " could not be written; " + action + " it failed: " + cause.getMessage()
                        + "; free space or choose another place",
                cause);
    }
}
