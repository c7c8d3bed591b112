package io.sandboximage.golden.artifact;

import java.time.Duration;

/**
 * What a pull did.
 *
 * @param artifact what was pulled
 * @param keptParts parts that the data root had already, or another project of the host
 * @param cachedBlobs blobs that another pull had brought to this host
 * @param fetchedBlobs blobs that came over the network, at least in part
 * @param fetchedBytes what came over the network, but for manifest and config
 */
public record PullReport(
        GoldenArtifact artifact,
        int keptParts,
        int cachedBlobs,
        int fetchedBlobs,
        long fetchedBytes,
        Duration elapsed) {}
