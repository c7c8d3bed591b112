package io.sandboximage.ext4;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.ext4.internal.write.LayoutParameters;
import io.sandboximage.ext4.internal.write.PlannedImage;
import io.sandboximage.filetree.FileTree;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Fills in the options that were left open and plans. */
final class Planner {
    private Planner() {}

    static Ext4Layout plan(FileTree tree, Ext4Options options) {
        return new Ext4Layout(PlannedImage.of(tree, parameters(tree, options)));
    }

    static LayoutParameters parameters(FileTree tree, Ext4Options options) {
        if (!options.journal() && options.journalBytes().isPresent()) {
            throw new InvalidRequestException("A journal size was chosen for an ext4 file system without a journal");
        }
        UUID uuid = options.uuid().orElseGet(() -> TreeFingerprint.of(tree));
        return new LayoutParameters(
                options.sizeBytes().orElse(-1),
                options.minimumBytes(),
                options.freePercent(),
                options.freeBytes().orElse(-1),
                options.inodes().orElse(-1),
                options.bytesPerInode(),
                options.freeInodes(),
                uuid,
                options.hashSeed().orElseGet(() -> derived(uuid)),
                options.timestamp(),
                options.label(),
                options.journal(),
                options.journalBytes().orElse(-1),
                options.reservedPercent());
    }

    /** A hash seed that differs from the UUID, which guests can read, but follows from it. */
    private static UUID derived(UUID uuid) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits());
        return uuidOf(sha256().digest(bytes.array()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every JDK has SHA-256", e);
        }
    }

    /** A UUID of version 8 (RFC 9562: vendor-specific) from the start of a hash. */
    static UUID uuidOf(byte[] hash) {
        ByteBuffer bytes = ByteBuffer.wrap(hash);
        long high = (bytes.getLong() & ~0xF000L) | 0x8000L;
        long low = (bytes.getLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low);
    }
}
