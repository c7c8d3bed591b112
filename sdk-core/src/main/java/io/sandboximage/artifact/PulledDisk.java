package io.sandboximage.artifact;

import io.sandboximage.image.Digest;

/**
 * What came of a pull. Chunks of equal content count once.
 *
 * @param digest of the manifest
 * @param sizeBytes of the disk, holes included
 * @param chunks different ones
 * @param chunksFetched from the registry
 * @param bytesFetched of these, compressed
 * @param chunksCached that were in the cache
 * @param chunksResumed that an earlier pull, which did not get to its end, had written
 */
public record PulledDisk(
        Digest digest,
        long sizeBytes,
        int chunks,
        int chunksFetched,
        long bytesFetched,
        int chunksCached,
        int chunksResumed) {}
