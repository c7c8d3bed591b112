package io.sandboximage.examples.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PipelineServiceTest {
    private static final String TOKEN = "hush";
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    /** Orders of the context {@code held} wait for it. */
    private final CountDownLatch held = new CountDownLatch(1);

    private PipelineService service;
    private ServiceClient client;

    @BeforeEach
    void start() {
        service = PipelineService.start(settings(), this::pipeline);
        client = new ServiceClient(service.url(), TOKEN);
    }

    @AfterEach
    void stop() {
        held.countDown();
        service.close();
    }

    private static ServiceSettings settings() {
        return ServiceSettings.onLoopback(0).token(TOKEN).limits(1, 1, 10, 3).times(Duration.ofMillis(20), LONG);
    }

    private SandboxImagePipeline.Builder pipeline(String id, PipelineOrder order) {
        return SandboxImagePipeline.builder()
                .produce(progress -> {
                    if (order.context().equals("held")) {
                        await(held, progress);
                    }
                    return ImageAssembly.scratch(Platform.LINUX_AMD64)
                            .cmd(order.image())
                            .produce(progress);
                })
                .to(OciLayout.sink(folder.resolve(id), "v1"));
    }

    private static void await(CountDownLatch latch, ProgressTask progress) {
        try {
            progress.info("held");
            latch.await();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the test", e);
        }
    }

    @Test
    void runsAnOrderAndTellsItsProgressToAll() throws Exception {
        String job = client.order(order("held"));
        CompletableFuture<List<String>> other = CompletableFuture.supplyAsync(() -> lines(job, 0));
        try (BufferedReader early =
                new BufferedReader(new InputStreamReader(client.open(job), StandardCharsets.UTF_8))) {
            assertThat(early.lines().takeWhile(line -> !line.startsWith(":")))
                    .as("what came before the first heartbeat")
                    .anyMatch(line -> line.startsWith("data: ") && line.contains("\"text\":\"held\""));
        }
        assertThat(client.state(job)).isEqualTo("running");
        held.countDown();

        List<String> all = lines(job, 0);

        assertThat(withoutHeartbeats(other.get())).isEqualTo(withoutHeartbeats(all));
        assertThat(all).contains("event: started", "event: finished", "event: end");
        assertThat(all.get(all.size() - 2)).contains("\"state\":\"done\"", "\"digest\":\"sha256:");
        assertThat(client.state(job)).isEqualTo("done");
        assertThat(client.send("GET", "/pipelines", "").body()).contains(job.substring(job.lastIndexOf('/') + 1));
    }

    @Test
    void goesOnAfterTheLastEventThatAClientHas() throws Exception {
        String job = client.order(order("free"));
        List<String> all = withoutHeartbeats(lines(job, 0));
        List<Long> ids = all.stream()
                .filter(line -> line.startsWith("id: "))
                .map(line -> Long.parseLong(line.substring(4)))
                .toList();
        long middle = ids.get(ids.size() / 2);

        List<String> rest = withoutHeartbeats(lines(job, middle));

        assertThat(rest).isEqualTo(all.subList(all.indexOf("id: " + middle) + 4, all.size()));
        assertThat(client.events(job, ids.get(ids.size() - 1)).statusCode())
                .as("the client has the end too")
                .isEqualTo(204);
    }

    @Test
    void tellsClientsToComeBackWhenAsManyWaitAsMay() throws Exception {
        String running = client.order(order("held"));
        while (!client.state(running).equals("running")) {
            Thread.onSpinWait();
        }
        String waiting = client.order(order("free"));
        HttpResponse<String> refused = client.send("POST", "/pipelines", order("free"));
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");

        assertThat(client.send("DELETE", waiting, "").statusCode()).isEqualTo(202);
        assertThat(client.state(waiting)).isEqualTo("cancelled");
        String next = client.order(order("free"));
        assertThat(client.send("DELETE", running, "").statusCode()).isEqualTo(202);

        assertThat(lines(running, 0)).anyMatch(line -> line.contains("\"state\":\"cancelled\""));
        assertThat(lines(next, 0)).anyMatch(line -> line.contains("\"state\":\"done\""));
    }

    @Test
    void remembersOnlyTheLastOnes() throws Exception {
        String first = client.order(order("free"));
        lines(first, 0);
        for (int i = 0; i < 3; i++) {
            lines(client.order(order("free")), 0);
        }
        assertThat(client.send("GET", first, "").statusCode()).isEqualTo(404);
    }

    @Test
    void refusesWhatIsNoOrder() throws Exception {
        for (String order : List.of(
                "no JSON",
                "[]",
                "{\"context\": \"a\"}",
                "{\"context\": \"../a\", \"image\": \"b\"}",
                "{\"context\": \"/etc\", \"image\": \"b\"}",
                "{\"context\": \"..\", \"image\": \"b\"}",
                "{\"context\": \"a\", \"dockerfile\": \"../../etc/passwd\", \"image\": \"b\"}",
                "{\"context\": \"a\", \"image\": \"../b\"}",
                "{\"context\": 1, \"image\": \"b\"}")) {
            HttpResponse<String> answer = client.send("POST", "/pipelines", order);
            assertThat(answer.statusCode()).as(order).isEqualTo(400);
            assertThat(answer.body()).startsWith("{\"error\":");
        }
        assertThat(client.send("POST", "/pipelines", " ".repeat(70_000)).statusCode())
                .isEqualTo(413);
        assertThat(client.send("GET", "/pipelines/../../etc/passwd", "").statusCode())
                .isEqualTo(404);
        assertThat(client.send("PUT", "/pipelines", "").statusCode()).isEqualTo(405);
        assertThat(new ServiceClient(service.url(), "guess")
                        .send("POST", "/pipelines", order("free"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void contextsThatLeadOutAreRefused() throws Exception {
        Path contexts = Files.createDirectory(folder.resolve("contexts"));
        Files.createSymbolicLink(contexts.resolve("link"), folder);
        try (RegistryClient registries = RegistryClient.builder().build()) {
            BuildPipelines pipelines =
                    new BuildPipelines(contexts, folder, "registry.example.com", new NoBuilder(), registries);
            assertThatThrownBy(() -> pipelines.pipeline("1", new PipelineOrder("link", "Dockerfile", "a", false)))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("leads out");
        }
    }

    @Test
    void endsInOrder() throws Exception {
        String running = client.order(order("held"));
        while (!client.state(running).equals("running")) {
            Thread.onSpinWait();
        }
        CompletableFuture<List<String>> followed = CompletableFuture.supplyAsync(() -> lines(running, 0));
        Thread closing = new Thread(service::close);
        closing.start();
        while (client.send("POST", "/pipelines", order("free")).statusCode() != 503) {
            Thread.onSpinWait();
        }
        held.countDown();

        assertThat(followed.get()).anyMatch(line -> line.contains("\"state\":\"done\""));
        closing.join();
    }

    private List<String> lines(String job, long after) {
        try (Stream<String> lines = client.events(job, after).body()) {
            return lines.toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> withoutHeartbeats(List<String> lines) {
        String text = String.join("\n", lines).replaceAll(": still at it\n\n", "");
        return text.lines().toList();
    }

    private static String order(String context) {
        return "{\"context\": \"" + context + "\", \"image\": \"acme/app:1\"}";
    }
}
