package io.sandboximage.depot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sandboximage.error.AuthenticationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenProviderTest {
    @TempDir
    Path home;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server = start();

    @BeforeEach
    void answer() {
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            boolean refused = exchange.getRequestURI().getPath().startsWith("/refuse");
            byte[] json = "{\"value\":\"github-jwt\",\"token\":\"buildkite-jwt\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(refused ? 403 : 200, json.length);
            exchange.getResponseBody().write(json);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void triesThePlacesInTheOrderOfTheCommandLine() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "DEPOT_TOKEN", "one",
                "DEPOT_API_TOKEN", "two",
                "CIRCLE_OIDC_TOKEN_V2", "four",
                "DEPOT_JIT_TOKEN", "five",
                "DEPOT_CACHE_TOKEN", "six"));
        DepotConfig.ofUser(Map.of(), home).apiToken("three");
        for (String variable : List.of("DEPOT_TOKEN", "DEPOT_API_TOKEN")) {
            assertThat(find(environment)).contains(environment.get(variable));
            environment.remove(variable);
        }
        assertThat(find(environment)).contains("three");
        DepotConfig.ofUser(Map.of(), home).clear();
        for (String variable : List.of("CIRCLE_OIDC_TOKEN_V2", "DEPOT_JIT_TOKEN", "DEPOT_CACHE_TOKEN")) {
            assertThat(find(environment)).contains(environment.get(variable));
            environment.remove(variable);
        }
        assertThat(find(environment)).isEmpty();
    }

    @Test
    void blankVariablesAreNoTokens() {
        assertThat(find(Map.of("DEPOT_TOKEN", " "))).isEmpty();
    }

    @Test
    void tokenOfGitLabCountsOnlyInItsJobs() {
        assertThat(find(Map.of("DEPOT_OIDC_TOKEN", "jwt"))).isEmpty();
        assertThat(find(Map.of("DEPOT_OIDC_TOKEN", "jwt", "GITLAB_CI", "true"))).contains("jwt");
    }

    @Test
    void asksGitHubActionsForAnIdentity() {
        assertThat(find(Map.of(
                        "ACTIONS_ID_TOKEN_REQUEST_URL",
                        url("/github?job=1"),
                        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                        "request-secret")))
                .contains("github-jwt");
        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("GET /github?job=1&audience=https")
                .contains("depot.dev bearer request-secret");
    }

    @Test
    void asksBuildkiteForAnIdentity() {
        assertThat(find(Map.of(
                        "BUILDKITE_AGENT_ENDPOINT", url("/v3"),
                        "BUILDKITE_AGENT_ACCESS_TOKEN", "agent-secret",
                        "BUILDKITE_JOB_ID", "job")))
                .contains("buildkite-jwt");
        assertThat(requests)
                .containsExactly(
                        "POST /v3/jobs/job/oidc/tokens Token agent-secret {\"audience\":\"https://depot.dev\"}");
    }

    @Test
    void refusedIdentityIsAnErrorWithoutSecrets() {
        assertThatThrownBy(() -> find(Map.of(
                        "ACTIONS_ID_TOKEN_REQUEST_URL",
                        url("/refuse"),
                        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
                        "request-secret")))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("403")
                .hasMessageNotContaining("request-secret");
    }

    @Test
    void textsShowNoTokens() {
        assertThat(DepotAccess.of(TokenProvider.of("secret")).toString()).doesNotContain("secret");
    }

    @Test
    void missingTokenSaysWhatToDo() {
        assertThatThrownBy(DepotAccess.fromEnvironment(Map.of(), home)::token)
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("DEPOT_TOKEN");
    }

    private Optional<String> find(Map<String, String> environment) {
        return TokenProvider.fromEnvironment(environment, home).find();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private static HttpServer start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
