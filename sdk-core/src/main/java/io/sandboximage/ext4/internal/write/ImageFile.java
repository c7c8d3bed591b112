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

/** The file that is written: positional writes, thread-safe; what is not written stays a hole. */
final class ImageFile {
    private final Path path;
    private final FileChannel channel;

    private ImageFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * @throws ConflictException if the file exists
     * @throws StorageException if it cannot be made or be that large
     */
    @SuppressWarnings("StreamResourceLeak")
    static ImageFile create(Path path, long bytes) {
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new ConflictException("The file " + path + " exists already: remove it or choose another name", e);
        } catch (IOException e) {
            throw new StorageException("The file " + path + " could not be created: " + e.getMessage(), e);
        }
        try {
            // Only this class sets a length without writing: a channel cannot.
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
            file.setLength(bytes);
            return new ImageFile(path, file.getChannel());
        } catch (IOException e) {
            throw new StorageException(
                    "The file " + path + " could not be made " + bytes + " bytes long: " + e.getMessage()
                            + "; choose a smaller size or another file system",
                    e);
        }
    }

    void write(long offset, ByteBuffer data) {
        try {
            long position = offset;
            while (data.hasRemaining()) {
                position += channel.write(data, position);
            }
        } catch (IOException e) {
            throw failed("writing", e);
        }
    }

    void writeBlock(long block, ByteBuffer data) {
        write(block << Ext4Format.BLOCK_SHIFT, data);
    }

    void force() {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw failed("flushing", e);
        }
    }

    void close() {
        try {
            channel.close();
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
