package io.sandboximage.rootfs.internal.tar;

/** What a tar entry makes. */
public enum TarEntryType {
    REGULAR,
    HARD_LINK,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    DIRECTORY,
    FIFO,
    /** Only told by the mode: tar has no type for it. */
    SOCKET
}
