package io.sandboximage.assemble;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/**
 * What {@code lstat} tells of a file, by the JDK's {@code unix} view on Linux and macOS and by guesses elsewhere.
 *
 * @param format the file type bits of {@code st_mode}
 * @param key identity of the inode
 */
record FileFacts(
        int format,
        int permissions,
        long uid,
        long gid,
        int major,
        int minor,
        int links,
        String key,
        long sizeBytes,
        FileTime modified,
        FileTime changed) {
    static final int FORMAT_MASK = 0170000;
    static final int SOCKET = 0140000;
    static final int SYMLINK = 0120000;
    static final int REGULAR = 0100000;
    static final int BLOCK_DEVICE = 0060000;
    static final int DIRECTORY = 0040000;
    static final int CHARACTER_DEVICE = 0020000;
    static final int FIFO = 0010000;

    static FileFacts of(Path file) {
        try {
            return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                    ? unix(Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS))
                    : basic(Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            throw new NotFoundException("Cannot put " + file + " into a layer: there is no such file", e);
        } catch (IOException e) {
            throw new StorageException("Could not read the attributes of " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    /** Changes whenever the content may have changed. */
    String state() {
        return sizeBytes + " " + modified.toInstant() + " " + changed.toInstant() + " " + key;
    }

    Instant lastChange() {
        return modified.compareTo(changed) > 0 ? modified.toInstant() : changed.toInstant();
    }

    private static FileFacts unix(Map<String, Object> values) {
        int mode = (int) number(values, "mode");
        long device = number(values, "rdev");
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        long major = mac ? (device >> 24) & 0xFF : ((device >> 8) & 0xFFF) | ((device >> 32) & 0xFFFFF000L);
        long minor = mac ? device & 0xFFFFFF : (device & 0xFF) | ((device >> 12) & 0xFFFFFF00L);
        return new FileFacts(
                mode & FORMAT_MASK,
                mode & 07777,
                Integer.toUnsignedLong((int) number(values, "uid")),
                Integer.toUnsignedLong((int) number(values, "gid")),
                (int) major,
                (int) minor,
                (int) number(values, "nlink"),
                number(values, "dev") + ":" + number(values, "ino"),
                number(values, "size"),
                time(values, "lastModifiedTime"),
                time(values, "ctime"));
    }

    private static long number(Map<String, Object> values, String name) {
        return values.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static FileTime time(Map<String, Object> values, String name) {
        return values.get(name) instanceof FileTime time ? time : FileTime.fromMillis(0);
    }

    private static FileFacts basic(BasicFileAttributes values) {
        int format = values.isDirectory() ? DIRECTORY : values.isSymbolicLink() ? SYMLINK : REGULAR;
        return new FileFacts(
                format,
                values.isDirectory() ? 0755 : 0644,
                0,
                0,
                0,
                0,
                1,
                String.valueOf(values.fileKey()),
                values.size(),
                values.lastModifiedTime(),
                values.lastModifiedTime());
    }
}
