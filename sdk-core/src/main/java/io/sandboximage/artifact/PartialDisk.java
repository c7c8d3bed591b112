package io.sandboximage.artifact;

import io.sandboximage.error.CancelledException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.Zeros;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A disk that is being pulled, in a hidden directory beside its target: {@code .NAME.pull-DIGEST-N}. One that an interrupted pull of the
 * same artifact left is gone on with. A lock tells whether somebody else is at it; who finds it locked takes the next number.
 */
final class PartialDisk implements AutoCloseable {
    private static final String LOCK = "lock";
    private static final String DATA = "disk";
    private static final int BLOCK_BYTES = 4096;
    private static final int HOLE_BYTES = 16 * BLOCK_BYTES;

    private final Path target;
    private final Path directory;
    private final FileChannel lock;
    private final RandomAccessFile file;
    private final boolean resumed;

    private PartialDisk(Path target, Path directory, FileChannel lock, RandomAccessFile file, boolean resumed) {
        this.target = target;
        this.directory = directory;
        this.lock = lock;
        this.file = file;
        this.resumed = resumed;
    }

    /** @param artifact digest of the manifest: what was pulled of another is of no use */
    static PartialDisk open(Path target, Digest artifact, long sizeBytes) {
        Path absolute = target.toAbsolutePath();
        try {
            Files.createDirectories(parent(absolute));
            for (int number = 0; ; number++) {
                CancelledException.throwIfInterrupted("pulling " + target);
                Path directory = absolute.resolveSibling(prefix(absolute) + artifact.shortHex() + "-" + number);
                PartialDisk partial = open(absolute, directory, sizeBytes);
                if (partial != null) {
                    return partial;
                }
            }
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    /** Null if somebody else is at it. */
    private static @Nullable PartialDisk open(Path target, Path directory, long sizeBytes) throws IOException {
        Files.createDirectories(directory);
        FileChannel lock = lock(directory.resolve(LOCK));
        if (lock == null) {
            return null;
        }
        try {
            Path data = directory.resolve(DATA);
            boolean resumed = Files.exists(data);
            RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw");
            file.setLength(sizeBytes);
            return new PartialDisk(target, directory, lock, file, resumed);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static @Nullable FileChannel lock(Path file) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            return null; // Whoever had the directory has just finished and removed it.
        }
        try {
            FileLock taken = channel.tryLock();
            // One that was removed between the two calls protects nothing.
            if (taken != null && Files.exists(file)) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Another thread of this process is at it.
        }
        channel.close();
        return null;
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".pull-";
    }

    private static Path parent(Path absolute) throws IOException {
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new IOException("it is the root directory");
        }
        return parent;
    }

    /** Whether an earlier pull wrote a part of it. */
    boolean resumed() {
        return resumed;
    }

    /** Whether a chunk is there already. */
    boolean has(Chunk chunk) {
        byte[] bytes = new byte[chunk.sizeBytes()];
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            while (buffer.hasRemaining()) {
                if (file.getChannel().read(buffer, chunk.offset() + buffer.position()) < 0) {
                    throw new EOFException("it has ended");
                }
            }
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
        return chunk.digest().matches(bytes);
    }

    /** Writes a chunk; long runs of zeros stay holes in a new file. */
    void write(Chunk chunk, byte[] content) {
        try {
            int from = 0;
            while (from < content.length) {
                int to = from;
                while (to < content.length && (resumed || !hole(content, to))) {
                    to = Math.min(to + HOLE_BYTES, content.length);
                }
                ByteBuffer data = ByteBuffer.wrap(content, from, to - from);
                while (data.hasRemaining()) {
                    file.getChannel().write(data, chunk.offset() + data.position());
                }
                from = Math.min(to + HOLE_BYTES, content.length);
            }
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }

    private static boolean hole(byte[] content, int from) {
        return Zeros.only(content, from, Math.min(from + HOLE_BYTES, content.length));
    }

    /** Makes it durable and gives it its name, in place of what has it. */
    void publish() {
        try {
            file.getChannel().force(true);
            Files.move(
                    directory.resolve(DATA),
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel parent = FileChannel.open(parent(target), StandardOpenOption.READ)) {
                parent.force(true);
            }
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
        removeRest();
    }

    /** Its own directory, and what pulls of other artifacts to the same target left. */
    private void removeRest() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(
                parent(target), path -> path.getFileName().toString().startsWith(prefix(target)))) {
            remove(directory);
            for (Path other : found) {
                FileChannel free = lock(other.resolve(LOCK));
                if (free != null) {
                    remove(other);
                    free.close();
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException ignored) {
            // Somebody begins or removes at the same time; what stays is found by the next pull.
        }
    }

    private static void remove(Path directory) throws IOException {
        Files.deleteIfExists(directory.resolve(DATA));
        Files.deleteIfExists(directory.resolve(LOCK));
        Files.deleteIfExists(directory);
    }

    /** Lets go of it; what is not published stays for the next pull. */
    @Override
    public void close() {
        try (lock) {
            file.close();
        } catch (IOException e) {
            throw AtomicFile.failed(target, e);
        }
    }
}
