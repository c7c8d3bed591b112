package io.sandboximage.depot.auth;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds the token that says who calls Depot. Implementations are thread-safe; each search reads anew. */
@FunctionalInterface
public interface TokenProvider {
    /**
     * The token, where this provider has one.
     *
     * @throws io.sandboximage.error.SandboxImageException if there should be one and it could not be had
     */
    Optional<String> find();

    static TokenProvider of(String token) {
        return new NamedTokenProvider("a given token", () -> Optional.of(token).filter(text -> !text.isBlank()));
    }

    /** The first provider that has one wins. */
    static TokenProvider chain(List<TokenProvider> providers) {
        List<TokenProvider> all = List.copyOf(providers);
        return () -> all.stream().flatMap(p -> p.find().stream()).findFirst();
    }

    /** Asks {@code next} where this one has none. */
    default TokenProvider or(TokenProvider next) {
        return chain(List.of(this, next));
    }

    /**
     * What Depot's own command line would take, in its order: {@code DEPOT_TOKEN}; the configuration file, which
     * {@code DEPOT_API_TOKEN} overrides; the identity that the CI service vouches for (GitHub Actions, GitLab, CircleCI,
     * Buildkite, GitHub pull requests from forks of public repositories); {@code DEPOT_JIT_TOKEN}; {@code DEPOT_CACHE_TOKEN}.
     */
    static TokenProvider fromEnvironment() {
        return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /** Like {@link #fromEnvironment()} with the variables and the home directory given. */
    static TokenProvider fromEnvironment(Map<String, String> environment, Path home) {
        return TokenChain.of(Map.copyOf(environment), DepotConfig.ofUser(environment, home));
    }
}
