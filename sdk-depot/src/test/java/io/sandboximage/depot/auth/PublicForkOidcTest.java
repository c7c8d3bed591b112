package io.sandboximage.depot.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sandboximage.error.AuthenticationException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicForkOidcTest {
    @TempDir
    Path folder;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile int refusals;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            requests.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            boolean claim = path.equals("/claim");
            String answer =
                    claim ? "{\"challengeCode\":\"code-1\",\"exchangeURL\":\"" + url() + "exchange\"}" : "fork-jwt\n";
            int status = claim || refusals-- <= 0 ? 200 : 409;
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void exchangesTheChallengeOnceTheIssuerHasSeenIt() throws IOException {
        refusals = 2;
        assertThat(provider(event(false)).find()).contains("fork-jwt");
        assertThat(requests.get(0))
                .startsWith("/claim ")
                .contains("\"aud\":\"https://depot.dev\"", "\"repo\":\"acme/app\"", "\"runID\":\"77\"");
        assertThat(requests).hasSize(4);
    }

    @Test
    void givesUpWhereTheChallengeIsNeverSeen() throws IOException {
        refusals = Integer.MAX_VALUE;
        PublicForkOidc provider = provider(event(false));
        assertThatThrownBy(provider::find)
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("DEPOT_TOKEN");
        assertThat(requests).hasSize(61);
    }

    @Test
    void asksNobodyForPrivateRepositoriesAndOtherEvents() throws IOException {
        assertThat(provider(event(true)).find()).isEmpty();
        Map<String, String> push = Map.of(
                "GITHUB_EVENT_NAME",
                "push",
                "GITHUB_RUN_ID",
                "77",
                "GITHUB_EVENT_PATH",
                event(false).toString());
        assertThat(new PublicForkOidc(push, HttpUrl.get(url()), Duration.ZERO).find())
                .isEmpty();
        assertThat(requests).isEmpty();
    }

    private PublicForkOidc provider(Path event) {
        Map<String, String> environment = Map.of(
                "GITHUB_EVENT_NAME", "pull_request", "GITHUB_RUN_ID", "77", "GITHUB_EVENT_PATH", event.toString());
        return new PublicForkOidc(environment, HttpUrl.get(url()), Duration.ZERO);
    }

    private Path event(boolean hidden) throws IOException {
        return Files.writeString(
                folder.resolve("event.json"),
                "{\"repository\":{\"full_name\":\"acme/app\",\"private\":" + hidden + "}}");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }
}
