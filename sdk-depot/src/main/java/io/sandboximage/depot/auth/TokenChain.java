package io.sandboximage.depot.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The order of {@link TokenProvider#fromEnvironment()}. */
final class TokenChain {
    private TokenChain() {}

    static TokenProvider of(Map<String, String> environment, DepotConfig config) {
        return TokenProvider.chain(List.of(
                variable(environment, "DEPOT_TOKEN"),
                variable(environment, "DEPOT_API_TOKEN"),
                new NamedTokenProvider("the configuration file", config::apiToken),
                new GitHubActionsOidc(environment),
                new NamedTokenProvider("GitLab's DEPOT_OIDC_TOKEN", () -> value(environment, "GITLAB_CI")
                        .flatMap(yes -> value(environment, "DEPOT_OIDC_TOKEN"))),
                variable(environment, "CIRCLE_OIDC_TOKEN_V2"),
                new BuildkiteOidc(environment),
                new PublicForkOidc(environment),
                variable(environment, "DEPOT_JIT_TOKEN"),
                variable(environment, "DEPOT_CACHE_TOKEN")));
    }

    private static TokenProvider variable(Map<String, String> environment, String name) {
        return new NamedTokenProvider(name, () -> value(environment, name));
    }

    static Optional<String> value(Map<String, String> environment, String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
}
