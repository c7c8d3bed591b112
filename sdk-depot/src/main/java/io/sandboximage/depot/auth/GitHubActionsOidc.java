package io.sandboximage.depot.auth;

import java.util.Map;
import java.util.Optional;

/** The identity of a job of GitHub Actions that has the permission {@code id-token: write}. */
final class GitHubActionsOidc implements TokenProvider {
    private static final String URL = "ACTIONS_ID_TOKEN_REQUEST_URL";
    private static final String TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

    private final Map<String, String> environment;

    GitHubActionsOidc(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Optional<String> find() {
        Optional<String> url = TokenChain.value(environment, URL);
        Optional<String> token = TokenChain.value(environment, TOKEN);
        if (url.isEmpty() || token.isEmpty()) {
            return Optional.empty();
        }
        try (OidcExchange exchange = new OidcExchange("GitHub Actions")) {
            return exchange.get(
                            OidcExchange.url(url.get(), URL)
                                    .newBuilder()
                                    .addQueryParameter("audience", OidcExchange.AUDIENCE)
                                    .build(),
                            Map.of("Authorization", "bearer " + token.get()))
                    .string("value");
        }
    }
}
