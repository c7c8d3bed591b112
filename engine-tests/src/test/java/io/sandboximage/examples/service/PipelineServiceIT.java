package io.sandboximage.examples.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.Footprint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sample service with a real builder and a real registry: twenty pipelines at once, again and again, and it holds no more than
 * before. {@code -Dsandboximage.rounds=20} goes on for longer.
 */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.DOCKER_REGISTRY, Engine.E2FSPROGS})
class PipelineServiceIT {
    private static final int AT_ONCE = 20;
    private static final int ROUNDS = Integer.getInteger("sandboximage.rounds", 1);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private BuildKitProcess buildkitd;
    private RegistryProcess registry;
    private BuildKitBuilder builder;
    private RegistryClient registries;
    private PipelineService service;

    @BeforeEach
    void start() throws IOException {
        buildkitd = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
        registry = RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")));
        builder = BuildKitBuilder.at(BuildKitAddress.parse(buildkitd.address())).inPlace();
        registries = RegistryClient.builder().build();
        Files.createDirectory(folder.resolve("output"));
        service = PipelineService.start(
                // Each job that has ended is forgotten when the next round is there, so that rounds can be compared.
                ServiceSettings.onLoopback(0).limits(AT_ONCE, AT_ONCE, AT_ONCE, AT_ONCE),
                new BuildPipelines(
                        folder.resolve("contexts"), folder.resolve("output"), registry.address(), builder, registries));
    }

    @AfterEach
    void stop() {
        service.close();
        registries.close();
        builder.close();
        registry.close();
        buildkitd.close();
    }

    @Test
    void twentyPipelinesAtOnceAgainAndAgainLeaveNeitherThreadsNorFilesNorHeap(TestReporter reporter) throws Exception {
        round(0);
        round(1);
        Footprint before = Footprint.now();

        for (int i = 0; i < ROUNDS; i++) {
            round(2 + i);
            reporter.publishEntry("after round " + i, Footprint.now().toString());
        }

        buildkitd.daemon().await("with a service as small as before", LIMIT, () -> Footprint.now()
                .isNoLargerThan(before));
        reporter.publishEntry("before", before.toString());
    }

    private void round(int number) throws Exception {
        List<String> jobs = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            String name = "app-" + i;
            write(folder.resolve("contexts").resolve(name), "round " + number);
            HttpResponse<String> taken = http.send(
                    request("/pipelines")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"context\": \"" + name
                                    + "\", \"image\": \"acme/" + name + ":1\", \"ext4\": " + (i % 4 == 0) + "}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
            jobs.add(taken.headers().firstValue("Location").orElseThrow());
        }
        for (int i = 0; i < AT_ONCE; i++) {
            try (Stream<String> events = http.send(
                            request(jobs.get(i) + "/events").build(), HttpResponse.BodyHandlers.ofLines())
                    .body()) {
                List<String> lines = events.toList();
                assertThat(lines).contains("event: started", "event: finished", "event: end");
                assertThat(lines.get(lines.size() - 2))
                        .contains("\"state\":\"done\"", registry.address() + "/acme/app-" + i + ":1");
            }
            if (i % 4 == 0) {
                Path file = folder.resolve("output").resolve(jobs.get(i).substring("/pipelines/".length()) + ".ext4");
                assertThat(Command.of("debugfs", "-R", "cat /app", file)
                                .run()
                                .orFail()
                                .output())
                        .isEqualTo("round " + number);
                Files.delete(file);
            }
        }
    }

    private static void write(Path context, String text) throws IOException {
        if (!Files.exists(context)) {
            Files.createDirectories(context);
            Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
            Files.writeString(
                    context.resolve("Dockerfile"),
                    "FROM scratch\n"
                            + "COPY busybox /bin/busybox\n"
                            + "RUN [\"/bin/busybox\", \"mkdir\", \"/made\"]\n"
                            + "COPY app /\n");
        }
        Files.writeString(context.resolve("app"), text);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(service.url() + path));
    }
}
