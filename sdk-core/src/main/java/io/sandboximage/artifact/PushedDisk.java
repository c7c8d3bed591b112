package io.sandboximage.artifact;

import io.sandboximage.image.Digest;

/**
 * What came of a push.
 *
 * @param digest of the manifest
 * @param sizeBytes of the disk, holes included
 * @param chunks of the disk
 * @param chunksUploaded what was neither in the artifact that was there before nor in the registry otherwise, nor twice on the disk
 * @param bytesUploaded of these, compressed
 */
public record PushedDisk(Digest digest, long sizeBytes, int chunks, int chunksUploaded, long bytesUploaded) {}
