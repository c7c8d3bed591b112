package io.sandboximage.daytona.account;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The key that a client works with.
 *
 * @param name as it was given when the key was made
 * @param permissions what it may change, for instance {@code write:snapshots}; reading needs none
 * @param expiresAt when it ends; empty for never
 */
public record ApiKey(String name, Set<String> permissions, Optional<Instant> expiresAt) {
    public static final String WRITE_SNAPSHOTS = "write:snapshots";
    public static final String DELETE_SNAPSHOTS = "delete:snapshots";
    public static final String WRITE_REGISTRIES = "write:registries";
    public static final String DELETE_REGISTRIES = "delete:registries";
    public static final String WRITE_SANDBOXES = "write:sandboxes";
    public static final String DELETE_SANDBOXES = "delete:sandboxes";

    public ApiKey {
        permissions = Set.copyOf(permissions);
    }

    public boolean may(String permission) {
        return permissions.contains(permission);
    }
}
