package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.proto.sandbox.FileType;

/** What a file in a sandbox is. */
public enum SandboxFileType {
    REGULAR,
    DIRECTORY,
    SYMLINK,
    BLOCK_DEVICE,
    CHARACTER_DEVICE,
    FIFO,
    SOCKET,
    /** Not told, or a kind that this SDK does not know. */
    UNKNOWN;

    static SandboxFileType of(FileType type) {
        return switch (type) {
            case FILE_TYPE_FILE -> REGULAR;
            case FILE_TYPE_DIRECTORY -> DIRECTORY;
            case FILE_TYPE_SYMLINK -> SYMLINK;
            case FILE_TYPE_BLOCK_DEVICE -> BLOCK_DEVICE;
            case FILE_TYPE_CHARACTER_DEVICE -> CHARACTER_DEVICE;
            case FILE_TYPE_FIFO -> FIFO;
            case FILE_TYPE_SOCKET -> SOCKET;
            case FILE_TYPE_UNSPECIFIED, UNRECOGNIZED -> UNKNOWN;
        };
    }
}
