package io.sandboximage.disk;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Digest;
import java.util.UUID;

/**
 * A hash tree over a disk, as dm-verity of the Linux kernel checks it block by block while the disk is read. The disk is attached with
 * {@code veritysetup open DATA NAME HASHES ROOT --hash-offset=OFFSET}.
 *
 * @param rootHash what must be known from elsewhere, and be trusted
 * @param salt 32 bytes in hex
 * @param hashOffset where in its file the tree begins, with a superblock
 * @param hashBytes size of the tree with its superblock
 * @param dataBlocks how many blocks of 4 KiB it covers
 */
public record VerityTree(Digest rootHash, String salt, UUID uuid, long hashOffset, long hashBytes, long dataBlocks) {
    public VerityTree {
        if (hashOffset < 0 || hashBytes < 0 || dataBlocks < 1) {
            throw new InvalidContentException(
                    "A hash tree of " + dataBlocks + " blocks at " + hashOffset + " is not possible");
        }
    }
}
