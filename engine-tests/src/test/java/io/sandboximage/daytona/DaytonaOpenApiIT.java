package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.registry.RegistrySpec;
import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.daytona.snapshot.BuildContext;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.daytona.snapshot.Retention;
import io.sandboximage.daytona.snapshot.SnapshotQuery;
import io.sandboximage.daytona.snapshot.SnapshotResources;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RecordedRequest;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
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

    private static final ProgressTask SILENT = ProgressTask.silent();
    private static final Set<String> SENT = Set.of("authorization", "content-type", "x-daytona-organization-id");

    @TempDir
    Path folder;

    @Test
    void everyRequestFitsTheVendorsDocument() throws Exception {
        List<RecordedRequest> requests = record();
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

    /** One of each call that the client can make. */
    private List<RecordedRequest> record() throws Exception {
        Files.writeString(Files.createDirectory(folder.resolve("context")).resolve("a"), "a");
        try (DaytonaEmulator emulator = DaytonaEmulator.start();
                DaytonaClient client = DaytonaClient.builder()
                        .baseUrl(emulator.url())
                        .jwt("jwt-test", DaytonaEmulator.ORGANIZATION)
                        .time(emulator.clock(), emulator.clock()::sleep)
                        .build()) {
            snapshots(client);
            DaytonaSnapshot made = client.snapshots().get("app");
            try (RunningSandbox sandbox = client.sandboxes()
                    .start(SandboxSpec.of("app").env("A", "b").label("c", "d").region("us"), Duration.ofMinutes(1))) {
                sandbox.exec("true", Duration.ofSeconds(5));
                client.sandboxes().useSnapshot("app");
                sandbox.stop();
            }
            String id = client.registries()
                    .create(RegistrySpec.of("r", "ghcr.io", "u", "p").project("acme"))
                    .id();
            client.registries().update(id, RegistrySpec.of("r", "ghcr.io", "u", ""));
            client.registries().get(id);
            client.registries().ensureDepotRegistry("token");
            client.registries().delete(id);
            client.account().key();
            client.account().limits();
            client.snapshots().deactivate("app");
            client.snapshots().activate("app", SnapshotWait.DEFAULT, SILENT);
            client.snapshots().deleteAndWait(made.id());
            return emulator.requests();
        }
    }

    private void snapshots(DaytonaClient client) {
        Snapshots snapshots = client.snapshots();
        SnapshotSpec image = SnapshotSpec.image("app", "ghcr.io/acme/app:1.0")
                .resources(new SnapshotResources(2, 4, 10, 1))
                .gpuType("H100")
                .entrypoint(List.of("/init"))
                .sandboxClass("container")
                .region("us");
        snapshots.create(image, SnapshotWait.DEFAULT, SILENT);
        SnapshotSpec built = SnapshotSpec.dockerfile(
                "built", "FROM alpine:3.20\nCOPY a /", BuildContext.of(folder.resolve("context")));
        snapshots.ensure(built, SnapshotWait.DEFAULT, SILENT);
        snapshots.buildLog("built");
        snapshots.ensure(
                SnapshotSpec.local(
                                "local",
                                ImageAssembly.scratch(Platform.LINUX_AMD64)
                                        .layer(LayerSpec.empty().file("/a", new byte[] {1}, 0644))
                                        .produce(SILENT))
                        .region("us"),
                SnapshotWait.DEFAULT,
                SILENT);
        snapshots.replace(
                SnapshotSpec.image("v", "ghcr.io/acme/app:1.0"), Retention.newest(1), SnapshotWait.DEFAULT, SILENT);
        snapshots.replace(
                SnapshotSpec.image("v", "ghcr.io/acme/app:2.0"), Retention.newest(1), SnapshotWait.DEFAULT, SILENT);
        for (SnapshotQuery.Sort sort : SnapshotQuery.Sort.values()) {
            snapshots
                    .list(SnapshotQuery.named("a").sortedBy(sort, true).pageSize(200))
                    .forEach(each -> {});
        }
        snapshots.list(SnapshotQuery.all().ofSandbox("none")).forEach(each -> {});
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
