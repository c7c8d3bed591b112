package io.sandboximage.depot.auth;

import java.util.Map;
import java.util.Optional;

/** The identity of a job of Buildkite, from its agent's API. */
final class BuildkiteOidc implements TokenProvider {
    private static final String ENDPOINT = "BUILDKITE_AGENT_ENDPOINT";
    private static final String DEFAULT_ENDPOINT = "https://agent.buildkite.com/v3";

    private final Map<String, String> environment;

    BuildkiteOidc(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Optional<String> find() {
        Optional<String> token = TokenChain.value(environment, "BUILDKITE_AGENT_ACCESS_TOKEN");
        Optional<String> job = TokenChain.value(environment, "BUILDKITE_JOB_ID");
        if (token.isEmpty() || job.isEmpty()) {
            return Optional.empty();
        }
        String endpoint = TokenChain.value(environment, ENDPOINT).orElse(DEFAULT_ENDPOINT);
        try (OidcExchange exchange = new OidcExchange("Buildkite")) {
            return exchange.post(
                            OidcExchange.url(endpoint, ENDPOINT)
                                    .newBuilder()
                                    .addPathSegment("jobs")
                                    .addPathSegment(job.get())
                                    .addPathSegments("oidc/tokens")
                                    .build(),
                            Map.of("Authorization", "Token " + token.get()),
                            Map.of("audience", OidcExchange.AUDIENCE))
                    .string("token");
        }
    }
}
