package io.sandboximage.artifact;

import io.sandboximage.image.Digest;

/**
 * A piece of a disk.
 *
 * @param offset of its first byte on the disk
 * @param sizeBytes of the piece
 * @param digest of its bytes as they are on the disk
 * @param blob which of the artifact's blobs holds it, compressed; several chunks of equal content share one
 */
record Chunk(long offset, int sizeBytes, Digest digest, int blob) {
    long end() {
        return offset + sizeBytes;
    }

    @Override
    public String toString() {
        return "chunk " + digest + " (" + sizeBytes + " bytes at " + offset + ")";
    }
}
