package io.sandboximage.depot.project;

import java.util.Optional;

/**
 * A project to be made. Immutable, each step gives a new value.
 *
 * @param organizationId empty for the token's
 */
public record ProjectSpec(
        String name,
        String region,
        Optional<String> organizationId,
        CachePolicy cachePolicy,
        Optional<Hardware> hardware) {
    private static final String DEFAULT_REGION = "us-east-1";

    /** With the region and the cache that Depot's command line gives. */
    public static ProjectSpec of(String name) {
        return new ProjectSpec(name, DEFAULT_REGION, Optional.empty(), CachePolicy.DEFAULT, Optional.empty());
    }

    public ProjectSpec region(String id) {
        return new ProjectSpec(name, id, organizationId, cachePolicy, hardware);
    }

    public ProjectSpec organization(String id) {
        return new ProjectSpec(name, region, Optional.of(id), cachePolicy, hardware);
    }

    public ProjectSpec cachePolicy(CachePolicy policy) {
        return new ProjectSpec(name, region, organizationId, policy, hardware);
    }

    public ProjectSpec hardware(Hardware size) {
        return new ProjectSpec(name, region, organizationId, cachePolicy, Optional.of(size));
    }
}
