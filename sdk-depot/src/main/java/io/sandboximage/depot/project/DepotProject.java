package io.sandboximage.depot.project;

import java.time.Instant;
import java.util.Optional;

/**
 * A project.
 *
 * @param region where its machines are, for instance {@code us-east-1}
 * @param hardware of its machines; empty for Depot's default, or for one that this SDK does not know
 */
public record DepotProject(
        String id,
        String organizationId,
        String name,
        String region,
        Instant createdAt,
        CachePolicy cachePolicy,
        Optional<Hardware> hardware) {}
