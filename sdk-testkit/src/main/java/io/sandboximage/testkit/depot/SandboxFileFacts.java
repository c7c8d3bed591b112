package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.sandbox.FileType;
import io.sandboximage.depot.internal.proto.sandbox.StatResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Facts about files, as the service tells them. Paths are resolved before: links are never followed here. */
final class SandboxFileFacts {
    private static final int TYPE_BITS = 0170000;
    private static final int MODE_BITS = 07777;

    private SandboxFileFacts() {}

    static StatResponse stat(Path file, String asked) throws IOException {
        PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int mode = mode(file);
        return StatResponse.newBuilder()
                .setPath(asked)
                .setSize(facts.size())
                .setMode(mode & MODE_BITS)
                .setType(type(mode))
                .setUname(facts.owner().getName())
                .setGname(facts.group().getName())
                .setMtimeUnixSeconds(facts.lastModifiedTime().to(TimeUnit.SECONDS))
                .build();
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Objects.requireNonNull(Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS));
    }

    static FileType type(Path file) throws IOException {
        return type(mode(file));
    }

    private static FileType type(int mode) {
        return switch (mode & TYPE_BITS) {
            case 0100000 -> FileType.FILE_TYPE_FILE;
            case 0040000 -> FileType.FILE_TYPE_DIRECTORY;
            case 0120000 -> FileType.FILE_TYPE_SYMLINK;
            case 0060000 -> FileType.FILE_TYPE_BLOCK_DEVICE;
            case 0020000 -> FileType.FILE_TYPE_CHARACTER_DEVICE;
            case 0010000 -> FileType.FILE_TYPE_FIFO;
            case 0140000 -> FileType.FILE_TYPE_SOCKET;
            default -> FileType.FILE_TYPE_UNSPECIFIED;
        };
    }
}
