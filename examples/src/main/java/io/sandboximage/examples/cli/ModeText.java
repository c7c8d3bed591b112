package io.sandboximage.examples.cli;

import io.sandboximage.filetree.FileType;

/** Type and permissions as {@code ls -l} writes them. */
final class ModeText {
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int STICKY = 01000;

    private ModeText() {}

    static String of(FileType type, int permissions) {
        return type(type)
                + triple(permissions >> 6, (permissions & SET_UID) != 0, 's')
                + triple(permissions >> 3, (permissions & SET_GID) != 0, 's')
                + triple(permissions, (permissions & STICKY) != 0, 't');
    }

    private static String type(FileType type) {
        return switch (type) {
            case REGULAR -> "-";
            case DIRECTORY -> "d";
            case SYMLINK -> "l";
            case CHARACTER_DEVICE -> "c";
            case BLOCK_DEVICE -> "b";
            case FIFO -> "p";
            case SOCKET -> "s";
        };
    }

    /** @param special whether the bit is set that is shown in the place of x */
    private static String triple(int bits, boolean special, char mark) {
        boolean executable = (bits & 1) != 0;
        char last = executable ? 'x' : '-';
        if (special) {
            last = executable ? mark : Character.toUpperCase(mark);
        }
        return ((bits & 4) != 0 ? "r" : "-") + ((bits & 2) != 0 ? "w" : "-") + last;
    }
}
