package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.snapshot.DaytonaSnapshot;
import io.sandboximage.examples.cli.SandboxImageCommand;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.daytona.SnapshotFate;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several command lines, each a process, that race on one name; the emulator lets them meet where it matters. */
class DaytonaProcessesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** The processes live in real time: the emulator's goes on with each request. */
    private final DaytonaEmulator emulator = DaytonaEmulator.builder()
            .clock(ScriptedClock.startNow())
            .timePerRequest(Duration.ofSeconds(5))
            .start();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void processesThatPushUnderOneNameGetTheSameSnapshot() {
        Path layout = layout("same");
        emulator.gather("GET /snapshots/app", 2);
        emulator.gather("POST /snapshots", 2);

        List<JsonView> results = race(
                List.of("push", "oci:" + layout + ":v1", "--name", "app"),
                List.of("push", "oci:" + layout + ":v1", "--name", "app"));

        assertThat(results)
                .extracting(result -> result.requireString("id"))
                .containsOnly(results.get(0).requireString("id"));
        assertThat(results)
                .extracting(result -> result.requireString("outcome"))
                .containsOnlyOnce("created");
        assertThat(emulator.snapshots()).containsExactly("app");
        assertThat(emulator.state("app")).contains("active");
    }

    @Test
    void processesThatMakeAFailedOneAgainGetTheSameSnapshot() {
        emulator.fate("app", SnapshotFate.error("runner lost"));
        emulator.fate("app", SnapshotFate.active());
        List<String> ensure = List.of("ensure", "app", "--image", "ghcr.io/acme/app:1.0");
        assertThat(run(ensure).exitCode()).isEqualTo(1);
        emulator.gather("DELETE /snapshots/[^/]+", 2);

        List<JsonView> results = race(ensure, ensure);

        assertThat(results)
                .extracting(result -> result.requireString("id"))
                .containsOnly(results.get(0).requireString("id"));
        assertThat(emulator.snapshots()).containsExactly("app");
    }

    @Test
    void processesThatReplaceOneNameLeaveTheNewestCurrentAndNothingBroken() {
        emulator.gather("POST /snapshots", 2);

        List<JsonView> results = race(
                List.of("replace", "app", "--image", "ghcr.io/acme/app:1.0", "--keep", "2"),
                List.of("replace", "app", "--image", "ghcr.io/acme/app:2.0", "--keep", "2"));

        List<String> made = results.stream()
                .map(result -> result.requireString("name"))
                .sorted()
                .toList();
        assertThat(made).doesNotHaveDuplicates().hasSize(2);
        assertThat(made).allSatisfy(name -> assertThat(emulator.state(name)).contains("active"));
        try (DaytonaClient client = DaytonaClient.builder()
                .baseUrl(emulator.url())
                .apiKey("dtn_test")
                .build()) {
            assertThat(client.snapshots().current("app").map(DaytonaSnapshot::name))
                    .contains(made.get(1));
        }
    }

    private List<JsonView> race(List<String> one, List<String> two) {
        List<CompletableFuture<CommandResult>> running = new ArrayList<>();
        for (List<String> arguments : List.of(one, two)) {
            running.add(CompletableFuture.supplyAsync(() -> run(arguments), task -> new Thread(task).start()));
        }
        return running.stream()
                .map(future -> future.join().orFail().output())
                .map(output -> JsonView.parse(output.getBytes(StandardCharsets.UTF_8), 1 << 20, "answer"))
                .toList();
    }

    private CommandResult run(List<String> arguments) {
        return Command.of(ProcessHandle.current().info().command().orElseThrow())
                .with("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m")
                .with("-cp", System.getProperty("java.class.path"), SandboxImageCommand.class.getName())
                .with("daytona", "snapshot")
                .with(arguments.toArray())
                .with("--json", "--api-url", emulator.url())
                .env("DAYTONA_API_KEY", "dtn_test")
                .timeout(LIMIT)
                .run();
    }

    private Path layout(String content) {
        Path layout = folder.resolve("layout");
        LayerSpec file = LayerSpec.empty().file("/a", content.getBytes(StandardCharsets.UTF_8), 0644);
        try (ImageSource image =
                ImageAssembly.scratch(Platform.LINUX_AMD64).layer(file).produce(ProgressTask.silent())) {
            OciLayout.sink(layout, "v1").write(image, ProgressTask.silent());
        }
        return layout;
    }
}
