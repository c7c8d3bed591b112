package io.sandboximage.depot.registry;

import io.sandboximage.image.Digest;
import java.time.Instant;

/**
 * An image that a project keeps.
 *
 * @param tag the id of the build, or one chosen when saving
 * @param sizeBytes of all its blobs
 */
public record SavedImage(String tag, Digest digest, long sizeBytes, Instant pushedAt) {}
