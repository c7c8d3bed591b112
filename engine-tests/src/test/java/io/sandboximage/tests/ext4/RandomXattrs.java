package io.sandboximage.tests.ext4;

import io.sandboximage.filetree.FileType;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Extended attributes of all kinds that the kernel allows on a type of file. */
final class RandomXattrs {
    private static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private RandomXattrs() {}

    static void add(Inode inode, Random random) {
        boolean plain = inode.type() == FileType.REGULAR || inode.type() == FileType.DIRECTORY;
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String space = plain && random.nextBoolean() ? "user." : "trusted.";
            // Few different values, so that blocks and value inodes are shared.
            int shape = random.nextInt(12);
            byte[] value =
                    new byte[shape == 0 && inode.type() != FileType.SYMLINK ? 20_000 : shape < 4 ? 700 : 8 * shape];
            Arrays.fill(value, (byte) ('a' + random.nextInt(3)));
            inode.xattr(space + "name" + random.nextInt(6), value);
        }
        if (inode.type() == FileType.REGULAR && random.nextInt(3) == 0) {
            inode.xattr("security.capability", CAPABILITY.clone());
        }
        if (inode.type() == FileType.DIRECTORY && random.nextInt(3) == 0) {
            inode.xattr("system.posix_acl_default", acl(random.nextInt(100_000)));
        }
    }

    /** A list in the form of version 2: owner, one named user, group, mask, other. */
    static byte[] acl(int user) {
        ByteBuffer list = ByteBuffer.allocate(4 + 5 * 8).order(ByteOrder.LITTLE_ENDIAN);
        list.putInt(2);
        int[][] entries = {{1, 7, -1}, {2, 5, user}, {4, 5, -1}, {0x10, 5, -1}, {0x20, 5, -1}};
        for (int[] entry : entries) {
            list.putShort((short) entry[0]).putShort((short) entry[1]).putInt(entry[2]);
        }
        return list.array();
    }
}
