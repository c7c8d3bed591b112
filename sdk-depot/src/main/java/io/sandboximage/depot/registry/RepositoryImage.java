package io.sandboximage.depot.registry;

import io.sandboximage.image.Digest;
import java.time.Instant;
import java.util.List;

/**
 * An image in a repository of an organization.
 *
 * @param tags empty where nothing names it any more
 */
public record RepositoryImage(Digest digest, String mediaType, long sizeBytes, List<String> tags, Instant pushedAt) {
    public RepositoryImage {
        tags = List.copyOf(tags);
    }
}
