package io.sandboximage.depot.registry;

import java.time.Instant;
import java.util.Optional;

/**
 * A repository of an organization.
 *
 * @param name below the organization's host
 * @param lastPushedAt empty where nothing was pushed yet
 */
public record DepotRepository(
        String name, long tags, long sizeBytes, Instant createdAt, Optional<Instant> lastPushedAt) {}
