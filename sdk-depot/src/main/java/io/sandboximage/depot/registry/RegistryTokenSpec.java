package io.sandboximage.depot.registry;

import io.sandboximage.error.InvalidRequestException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An access token to be made. Immutable, each step gives a new value. */
public record RegistryTokenSpec(
        String name,
        RegistryToken.Permission permission,
        List<String> repositories,
        Optional<Instant> expiresAt,
        Optional<String> description) {
    /** @throws InvalidRequestException if it has no name, or a permission that is none */
    public RegistryTokenSpec {
        repositories = List.copyOf(repositories);
        if (name.isBlank() || permission == RegistryToken.Permission.OTHER) {
            throw new InvalidRequestException("A token of the registry has a name, and allows to pull or to push");
        }
    }

    /** For all repositories, and for ever. */
    public static RegistryTokenSpec of(String name, RegistryToken.Permission permission) {
        return new RegistryTokenSpec(name, permission, List.of(), Optional.empty(), Optional.empty());
    }

    /** For these repositories alone. */
    public RegistryTokenSpec repositories(List<String> names) {
        return new RegistryTokenSpec(name, permission, names, expiresAt, description);
    }

    public RegistryTokenSpec expiresAt(Instant time) {
        return new RegistryTokenSpec(name, permission, repositories, Optional.of(time), description);
    }

    public RegistryTokenSpec description(String text) {
        return new RegistryTokenSpec(name, permission, repositories, expiresAt, Optional.of(text));
    }
}
