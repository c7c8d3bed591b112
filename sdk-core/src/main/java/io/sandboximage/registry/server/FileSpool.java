package io.sandboximage.registry.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary file that becomes a final one by one rename, after its bytes are on the disk. */
final class FileSpool implements StorageBackend.Spool {
    private static final Logger LOG = LoggerFactory.getLogger(FileSpool.class);

    private final Path file;
    private final FileChannel channel;
    private long size;

    FileSpool(Path directory) throws IOException {
        this.file = directory.resolve(UUID.randomUUID().toString());
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        while (bytes.hasRemaining()) {
            size += channel.write(bytes, size);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public InputStream open() throws IOException {
        return Channels.newInputStream(FileChannel.open(file, StandardOpenOption.READ));
    }

    /** Makes it the file {@code target}, whose directories are created where they are missing. */
    void moveTo(Path target) throws IOException {
        channel.force(true);
        channel.close();
        Path directory = Objects.requireNonNull(target.getParent(), "a target inside the store");
        Files.createDirectories(directory);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(directory);
    }

    @Override
    public void discard() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What stays here is removed when the directory is opened next time.
            LOG.debug("Could not delete {}", file, e);
        }
    }

    private static void forceDirectory(Path directory) {
        try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
            entries.force(true);
        } catch (IOException e) {
            // Not every system can: Windows opens no directories. The rename itself is still atomic.
            LOG.debug("Could not flush the directory {}", directory, e);
        }
    }
}
