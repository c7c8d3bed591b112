package io.sandboximage.record;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes a small file as a whole: read, edit, write beside it, fsync, rename. Editors in this JVM and in other processes wait for
 * each other by a lock on the file itself, so that no lock file is left in the user's folder.
 */
final class FileEdit {
    private static final Logger log = LoggerFactory.getLogger(FileEdit.class);

    /** File locks belong to the JVM and do not keep its own threads apart. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private FileEdit() {}

    /** @param edit gets the present bytes, none where the file is missing, and gives the new ones */
    static void edit(Path file, UnaryOperator<byte[]> edit) {
        try {
            THREADS.lockInterruptibly();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("writing " + file, e);
        }
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            while (!tryEdit(target, edit)) {
                CancelledException.throwIfInterrupted("writing " + file);
            }
        } catch (ClosedByInterruptException | FileLockInterruptionException e) {
            throw new CancelledException("Cancelled while writing " + file, e);
        } catch (IOException e) {
            throw new StorageException(
                    "Could not write " + file + ": " + e + ". Check that its folder exists and can be written to", e);
        } finally {
            THREADS.unlock();
        }
    }

    /** False if somebody replaced the file while this waited for its lock: then the lock is on the old one. */
    private static boolean tryEdit(Path target, UnaryOperator<byte[]> edit) throws IOException {
        boolean created = create(target);
        boolean done = false;
        Object before = key(target);
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            channel.lock();
            if (!Objects.equals(before, key(target))) {
                return false;
            }
            byte[] old = Files.readAllBytes(target);
            byte[] edited = edit.apply(old);
            if (created || !Arrays.equals(old, edited)) {
                replace(target, edited);
            }
            done = true;
            return true;
        } catch (NoSuchFileException e) {
            return false; // Removed in between; made anew by the next try.
        } finally {
            if (created && !done) {
                removeIfEmpty(target);
            }
        }
    }

    private static boolean create(Path target) throws IOException {
        try {
            Files.createFile(target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static Object key(Path target) throws IOException {
        // Null on Windows, where a file that is open is not replaced either.
        Object key = Files.readAttributes(target, BasicFileAttributes.class).fileKey();
        return key == null ? target : key;
    }

    private static void replace(Path target, byte[] bytes) throws IOException {
        Path folder = Objects.requireNonNull(target.getParent(), "an absolute path of a file has a parent");
        Path temporary = Files.createTempFile(folder, "." + target.getFileName(), ".tmp");
        try {
            copyMode(target, temporary);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void copyMode(Path from, Path to) throws IOException {
        PosixFileAttributeView source = Files.getFileAttributeView(from, PosixFileAttributeView.class);
        PosixFileAttributeView copy = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (source == null || copy == null) {
            return;
        }
        PosixFileAttributes wanted = source.readAttributes();
        PosixFileAttributes own = copy.readAttributes();
        try {
            if (!own.group().equals(wanted.group())) {
                copy.setGroup(wanted.group());
            }
            if (!own.owner().equals(wanted.owner())) {
                copy.setOwner(wanted.owner());
            }
        } catch (FileSystemException e) {
            log.debug("{} changes its owner: only root may give files away", from, e);
        }
        copy.setPermissions(wanted.permissions());
    }

    private static void removeIfEmpty(Path target) throws IOException {
        if (Files.exists(target) && Files.size(target) == 0) {
            Files.delete(target);
        }
    }
}
