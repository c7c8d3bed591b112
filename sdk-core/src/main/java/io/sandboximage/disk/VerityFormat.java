package io.sandboximage.disk;

import io.sandboximage.image.Digest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.UUID;

/**
 * The form of dm-verity's hash area, version 1 (kernel documentation "dm-verity", cryptsetup "DMVerity"):
 *
 * <pre>
 * superblock, one block: "verity\0\0" | version u32 | hash type u32 | uuid 16 | algorithm 32 | data block u32 | hash block u32
 *                        | data blocks u64 | salt size u16 | 6 | salt 256                          (little-endian)
 * levels of hashes, the one of a single block first, that over the data last; each of whole blocks
 * hash of a block: SHA-256 of salt and block
 * </pre>
 */
final class VerityFormat {
    static final int BLOCK_BYTES = 4096;
    static final int HASH_BYTES = 32;
    static final int HASHES_PER_BLOCK = BLOCK_BYTES / HASH_BYTES;
    private static final byte[] SIGNATURE = "verity\0\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ALGORITHM = "sha256".getBytes(StandardCharsets.US_ASCII);
    private static final int ALGORITHM_BYTES = 32;
    private static final int SALT_PADDING_BYTES = 6;

    private VerityFormat() {}

    static byte[] superblock(UUID uuid, byte[] salt, long dataBlocks) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.put(SIGNATURE).putInt(1).putInt(1);
        block.order(ByteOrder.BIG_ENDIAN)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits());
        block.order(ByteOrder.LITTLE_ENDIAN).put(ALGORITHM).put(new byte[ALGORITHM_BYTES - ALGORITHM.length]);
        block.putInt(BLOCK_BYTES).putInt(BLOCK_BYTES).putLong(dataBlocks).putShort((short) salt.length);
        block.put(new byte[SALT_PADDING_BYTES]).put(salt);
        return block.array();
    }

    /** Blocks of each level, the one over the data first; none for a single block of data, whose hash is the root. */
    static long[] levels(long dataBlocks) {
        long[] levels = new long[Long.SIZE];
        int count = 0;
        for (long blocks = dataBlocks; blocks > 1; ) {
            blocks = (blocks + HASHES_PER_BLOCK - 1) / HASHES_PER_BLOCK;
            levels[count++] = blocks;
        }
        return Arrays.copyOf(levels, count);
    }

    /** Hashes blocks; for one thread. */
    static final class Hasher {
        private final MessageDigest digest = Digest.Algorithm.SHA256.newMessageDigest();
        private final byte[] salt;
        private final byte[] ofZeros;

        Hasher(byte[] salt) {
            this.salt = salt;
            this.ofZeros = hash(new byte[BLOCK_BYTES], 0);
        }

        byte[] hash(byte[] bytes, int from) {
            digest.update(salt);
            digest.update(bytes, from, BLOCK_BYTES);
            return digest.digest();
        }

        /** Of a block of zeros, of which images of disks are full. */
        byte[] ofZeros() {
            return ofZeros;
        }
    }
}
