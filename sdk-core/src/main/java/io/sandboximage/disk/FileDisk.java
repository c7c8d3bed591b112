package io.sandboximage.disk;

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

/** A raw file. */
final class FileDisk implements Disk {
    private final Path path;
    private final FileChannel channel;

    private FileDisk(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static FileDisk open(Path path) {
        try {
            return new FileDisk(path, FileChannel.open(path, StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new NotFoundException("There is no file " + path, e);
        } catch (IOException e) {
            throw new StorageException("The file " + path + " could not be opened: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        try {
            long position = offset;
            while (target.hasRemaining()) {
                int count = channel.read(target, position);
                if (count < 0) {
                    throw new InvalidContentException(
                            "The file " + path + " is cut off: there is nothing at " + position + " any more");
                }
                position += count;
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public long sizeBytes() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private SandboxImageException failed(IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new CancelledException("Cancelled while reading " + path, cause)
                : new StorageException("The file " + path + " could not be read: " + cause.getMessage(), cause);
    }
}
