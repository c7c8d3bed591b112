package io.sandboximage.layout;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.tar.TarHeader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/**
 * A tar archive that is written at chosen offsets, so that several files can be filled at the same time. Every header says the
 * same: mode 0644, owner 0, time 0. The archive appears under its name when it is committed.
 */
final class ArchiveWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 128 * 1024;

    private final Path target;
    private final AtomicFile file;
    private long end;

    ArchiveWriter(Path target) {
        this.target = target;
        this.file = AtomicFile.create(target);
    }

    void directory(String name) {
        end = write(end, TarHeader.directory(name, 0).encode());
    }

    /** Writes a header and leaves room for the file; gives the offset of its content. */
    long reserve(String name, long sizeBytes) {
        long content = write(end, TarHeader.file(name, sizeBytes, 0).encode());
        end = content + sizeBytes + TarHeader.padding(sizeBytes).length;
        return content;
    }

    void file(String name, byte[] content) {
        write(reserve(name, content.length), content);
    }

    /** Appends a file whose size is known only at its end: its header is written last. */
    void append(String name, InputStream content, String origin, LongConsumer progress) {
        long header = end;
        long after = fill(header + TarHeader.BLOCK_BYTES, content, origin, progress);
        long size = after - header - TarHeader.BLOCK_BYTES;
        write(header, TarHeader.file(name, size, 0).encode());
        end = write(after, TarHeader.padding(size));
    }

    /** Writes a stream from an offset on; gives the offset behind it. */
    long fill(long offset, InputStream content, String origin, LongConsumer progress) {
        long at = offset;
        byte[] buffer = new byte[BUFFER_BYTES];
        int n;
        while ((n = read(content, buffer, origin)) >= 0) {
            CancelledException.throwIfInterrupted("writing " + target);
            at = write(at, ByteBuffer.wrap(buffer, 0, n));
            progress.accept(n);
        }
        return at;
    }

    long write(long offset, byte[] bytes) {
        return write(offset, ByteBuffer.wrap(bytes));
    }

    void commit() {
        write(end, TarHeader.end());
        file.commit();
    }

    @Override
    public void close() {
        file.close();
    }

    private long write(long offset, ByteBuffer bytes) {
        FileChannel channel = file.channel();
        long at = offset;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
            return at;
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    private static int read(InputStream in, byte[] buffer, String origin) {
        try {
            return in.read(buffer);
        } catch (IOException e) {
            throw new UnavailableException("Could not read from " + origin + ": " + AtomicFile.reason(e), e);
        }
    }
}
