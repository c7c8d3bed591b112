package io.sandboximage.depot.registry;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An access token of the registry, without its secret.
 *
 * @param repositories what it is good for; empty for all
 * @param expiresAt empty for never
 */
public record RegistryToken(
        String id,
        String name,
        Permission permission,
        List<String> repositories,
        Instant createdAt,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt) {
    public RegistryToken {
        repositories = List.copyOf(repositories);
    }

    /** What a token allows. */
    public enum Permission {
        PULL,
        /** Pull and push. */
        PUSH,
        /** One that this SDK does not know. */
        OTHER
    }
}
