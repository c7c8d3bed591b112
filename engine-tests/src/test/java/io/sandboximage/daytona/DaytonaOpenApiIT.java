package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.daytona.RecordedRequest;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that the client sends fits the vendor's own OpenAPI document: each recorded request is sent to Prism, which validates it.
 * The document is not part of this project; name a copy of it, and Prism's program (npm package {@code @stoplight/prism-cli}).
 */
@EnabledIfEnvironmentVariable(named = DaytonaOpenApiIT.DOCUMENT, matches = ".+")
@EnabledIfEnvironmentVariable(named = DaytonaOpenApiIT.PRISM, matches = ".+")
class DaytonaOpenApiIT {
    static final String DOCUMENT = "DAYTONA_OPENAPI_DOCUMENT";
    static final String PRISM = "PRISM_CLI";

    private static final Set<String> SENT = Set.of("authorization", "content-type", "x-daytona-organization-id");

    @TempDir
    Path folder;

    @Test
    void everyRequestFitsTheVendorsDocument() throws Exception {
        List<RecordedRequest> requests = EveryCall.record(folder);
        int port = Daemon.freePort();
        List<String> refused = new ArrayList<>();
        Set<String> lines = new TreeSet<>();
        try (Daemon prism = Command.of(
                        System.getenv(PRISM), "mock", "-h", "127.0.0.1", "-p", port, System.getenv(DOCUMENT))
                .start(folder.resolve("prism.log"))) {
            prism.awaitPort(port, Duration.ofMinutes(2));
            HttpClient http = HttpClient.newHttpClient();
            for (RecordedRequest request : requests) {
                String kind = request.line().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "{id}");
                if (!request.path().startsWith("/toolbox") && lines.add(kind + "?" + request.query())) {
                    HttpResponse<String> answer =
                            http.send(replay(request, port), HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() / 100 != 2) {
                        refused.add(kind + " " + request.body() + " → " + answer.statusCode() + " " + answer.body());
                    }
                }
            }
        }
        assertThat(refused).isEmpty();
        assertThat(lines).hasSizeGreaterThan(20);
    }

    private static HttpRequest replay(RecordedRequest request, int port) {
        String query = request.query().isEmpty() ? "" : "?" + request.query();
        HttpRequest.Builder replay = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + request.path() + query))
                .method(
                        request.method(),
                        request.body().isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(request.body()));
        request.headers().forEach((name, value) -> {
            if (SENT.contains(name)) {
                replay.header(name, value);
            }
        });
        return replay.build();
    }
}
