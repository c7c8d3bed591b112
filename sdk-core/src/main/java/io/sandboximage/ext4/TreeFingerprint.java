package io.sandboximage.ext4;

import io.sandboximage.filetree.FileName;
import io.sandboximage.filetree.FileTree;
import io.sandboximage.filetree.Inode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.UUID;

/** A UUID that follows from names, types, modes, owners, times and sizes of a tree; file data is not known when it is needed. */
final class TreeFingerprint {
    private TreeFingerprint() {}

    static UUID of(FileTree tree) {
        MessageDigest digest = Planner.sha256();
        for (Inode inode : tree.inodes()) {
            digest.update(inode.type().name().getBytes(StandardCharsets.US_ASCII));
            digest.update(attributes(inode));
            digest.update(inode.linkTarget());
            if (inode.isDirectory()) {
                for (Map.Entry<FileName, Inode> child : inode.sortedChildren()) {
                    digest.update(child.getKey().bytes());
                    digest.update((byte) 0);
                }
            }
        }
        return Planner.uuidOf(digest.digest());
    }

    private static byte[] attributes(Inode inode) {
        return ByteBuffer.allocate(5 * Integer.BYTES + 2 * Long.BYTES)
                .putInt(inode.permissions())
                .putInt(inode.uid())
                .putInt(inode.gid())
                .putInt(inode.mtimeNanos())
                .putInt(inode.names())
                .putLong(inode.mtimeSeconds())
                .putLong(inode.content().sizeBytes())
                .array();
    }
}
