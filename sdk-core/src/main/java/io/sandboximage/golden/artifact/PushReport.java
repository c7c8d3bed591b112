package io.sandboximage.golden.artifact;

import io.sandboximage.image.Descriptor;
import java.time.Duration;

/**
 * What a push did.
 *
 * @param descriptor names the artifact
 * @param sentBlobs how many blobs the registry lacked
 * @param presentBlobs how many it had
 * @param sentBytes what went over the network, but for the manifest
 */
public record PushReport(Descriptor descriptor, int sentBlobs, int presentBlobs, long sentBytes, Duration elapsed) {}
