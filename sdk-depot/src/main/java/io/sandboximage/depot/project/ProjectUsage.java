package io.sandboximage.depot.project;

import java.time.Duration;

/**
 * What a project used in a time.
 *
 * @param layerCacheGb size of the cache in GB
 */
public record ProjectUsage(String projectId, int builds, Duration buildTime, int layerCacheGb) {}
