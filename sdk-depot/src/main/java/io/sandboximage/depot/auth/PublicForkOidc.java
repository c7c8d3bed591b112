package io.sandboximage.depot.auth;

import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.internal.http.HttpReply;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The identity of a pull request from a fork of a public repository on GitHub, which gets no token of its own: the issuer looks
 * for a challenge in the run's public log. Who wants that must let this class's log lines reach it, at level warning.
 */
final class PublicForkOidc implements TokenProvider {
    private static final Logger LOGGER = LoggerFactory.getLogger(PublicForkOidc.class);
    private static final String ISSUER = "https://actions-public-oidc.depot.dev";
    private static final int TRIES = 60;
    private static final int MAX_EVENT_BYTES = 8 * 1024 * 1024;

    private final Map<String, String> environment;
    private final HttpUrl issuer;
    private final Duration pause;

    PublicForkOidc(Map<String, String> environment) {
        this(environment, HttpUrl.get(ISSUER), Duration.ofSeconds(1));
    }

    PublicForkOidc(Map<String, String> environment, HttpUrl issuer, Duration pause) {
        this.environment = environment;
        this.issuer = issuer;
        this.pause = pause;
    }

    @Override
    public Optional<String> find() {
        Optional<String> run = TokenChain.value(environment, "GITHUB_RUN_ID");
        Optional<String> event = TokenChain.value(environment, "GITHUB_EVENT_PATH");
        boolean pullRequest = "pull_request".equals(environment.get("GITHUB_EVENT_NAME"));
        if (!pullRequest || run.isEmpty() || event.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> repository = publicRepository(Path.of(event.get()));
        if (repository.isEmpty()) {
            return Optional.empty();
        }
        String attempt = TokenChain.value(environment, "GITHUB_RUN_ATTEMPT").orElse("1");
        try (OidcExchange exchange = new OidcExchange("Depot's issuer for public repositories")) {
            JsonView claim = exchange.post(
                    issuer.newBuilder().addPathSegment("claim").build(),
                    Map.of(),
                    Map.of(
                            "aud",
                            OidcExchange.AUDIENCE,
                            "eventName",
                            "pull_request",
                            "repo",
                            repository.get(),
                            "runID",
                            run.get(),
                            "attempt",
                            attempt));
            return Optional.of(exchange(
                    exchange,
                    claim.requireString("challengeCode"),
                    OidcExchange.url(claim.requireString("exchangeURL"), "exchangeURL")));
        }
    }

    private String exchange(OidcExchange exchange, String challenge, HttpUrl url) {
        for (int i = 0; i < TRIES; i++) {
            LOGGER.warn("Waiting for OIDC auth challenge {}", challenge);
            HttpReply reply = exchange.poll(url);
            if (reply.status() == 200) {
                return new String(reply.body(), StandardCharsets.UTF_8).strip();
            }
            try {
                Thread.sleep(pause.toMillis());
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for Depot to see the challenge in the run's log", e);
            }
        }
        throw new AuthenticationException("Depot did not find its challenge in the run's log within " + TRIES
                + " tries: let this program's log reach the run's, or give DEPOT_TOKEN");
    }

    /** The repository that the event is about, if everybody may read it. */
    private static Optional<String> publicRepository(Path event) {
        try {
            JsonView repository = JsonView.parse(Files.readAllBytes(event), MAX_EVENT_BYTES, "event of GitHub Actions")
                    .requireObject("repository");
            return repository.bool("private").orElse(true) ? Optional.empty() : repository.string("full_name");
        } catch (IOException e) {
            throw new AuthenticationException(
                    "Could not read the event of GitHub Actions at " + event + ": " + e.getMessage(), e, null);
        }
    }
}
