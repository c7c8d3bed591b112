package io.sandboximage.buildkit.internal.filesync;

/** Modes as they travel, which are Go's {@code os.FileMode}, and as Unix has them. */
final class FileMode {
    static final int DIRECTORY = 1 << 31;
    static final int SYMLINK = 1 << 27;
    static final int DEVICE = 1 << 26;
    static final int FIFO = 1 << 25;
    static final int SETUID = 1 << 23;
    static final int SETGID = 1 << 22;
    static final int CHAR_DEVICE = 1 << 21;
    static final int STICKY = 1 << 20;
    static final int PERMISSIONS = 0777;

    private static final int TYPES =
            DIRECTORY | SYMLINK | DEVICE | FIFO | 1 << 24 /* socket */ | CHAR_DEVICE | 1 << 19 /* irregular */;

    private static final int UNIX_TYPE = 0170000;
    private static final int UNIX_SETUID = 04000;
    private static final int UNIX_SETGID = 02000;
    private static final int UNIX_STICKY = 01000;

    private FileMode() {}

    /** From {@code st_mode}; a socket becomes a plain file, as archives know none. */
    static int fromUnix(int mode) {
        int type =
                switch (mode & UNIX_TYPE) {
                    case 0040000 -> DIRECTORY;
                    case 0120000 -> SYMLINK;
                    case 0060000 -> DEVICE;
                    case 0020000 -> DEVICE | CHAR_DEVICE;
                    case 0010000 -> FIFO;
                    default -> 0;
                };
        return type
                | (mode & PERMISSIONS)
                | ((mode & UNIX_SETUID) != 0 ? SETUID : 0)
                | ((mode & UNIX_SETGID) != 0 ? SETGID : 0)
                | ((mode & UNIX_STICKY) != 0 ? STICKY : 0);
    }

    /** Permissions with setuid, setgid and sticky, for {@code chmod}. */
    static int unixPermissions(int mode) {
        return (mode & PERMISSIONS)
                | ((mode & SETUID) != 0 ? UNIX_SETUID : 0)
                | ((mode & SETGID) != 0 ? UNIX_SETGID : 0)
                | ((mode & STICKY) != 0 ? UNIX_STICKY : 0);
    }

    static boolean isRegular(int mode) {
        return (mode & TYPES) == 0;
    }

    static boolean isDirectory(int mode) {
        return (mode & DIRECTORY) != 0;
    }
}
