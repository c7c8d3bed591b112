package io.sandboximage.ext4.internal.read;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file that holds a file system: positional reads, thread-safe. */
final class Disk {
    private final Path path;
    private final FileChannel channel;

    private Disk(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static Disk open(Path path) {
        try {
            return new Disk(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new NotFoundException("There is no file " + path + " to read a file system from", e);
        } catch (IOException e) {
            throw new StorageException("The file " + path + " could not be opened: " + e.getMessage(), e);
        }
    }

    Path path() {
        return path;
    }

    /** Fills the buffer from an offset in the file. */
    void read(long offset, ByteBuffer target) {
        try {
            long position = offset;
            while (target.hasRemaining()) {
                int count = channel.read(target, position);
                if (count < 0) {
                    throw new InvalidContentException("The file system in " + path + " is cut off: there is nothing at "
                            + position + " any more");
                }
                position += count;
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    byte[] read(long offset, int length) {
        byte[] bytes = new byte[length];
        read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    long sizeBytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private SandboxImageException failed(IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new CancelledException("Cancelled while reading " + path, cause)
                : new StorageException(
                        "The file system in " + path + " could not be read: " + cause.getMessage(), cause);
    }
}
