package io.sandboximage.docker.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.golden.CollectReport;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenStrategy;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Engines that do not end when they should, and some that must not outlive who started them. */
@RequiresEngine({Engine.DOCKER_28, Engine.RUNC})
class GoldenEngineIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    @Test
    void g14AnEngineThatDoesNotEndIsNotTakenForStopped() throws Exception {
        GoldenEngine engine = GoldenEngine.of(Engine.DOCKER_28.path()).limits(LIMIT, Duration.ofSeconds(1));
        try (GoldenStore store = store();
                GoldenDraft draft = store.draft("team");
                EngineRun run = engine.start(draft.dataRoot())) {
            Command.of("kill", "-STOP", pid(run.address())).run().orFail();
            assertThatThrownBy(run::stop).isInstanceOf(DeadlineExceededException.class);
            assertThatThrownBy(() -> draft.publish(Map.of())).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void g15AKilledServiceLeavesNeitherItsEngineNorTheDraft() throws Exception {
        String address;
        long engine;
        try (Daemon service = Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filling.class.getName(),
                        folder.resolve("store"),
                        Engine.DOCKER_28.path())
                .start(folder.resolve("service.log"))) {
            service.awaitLog("unix://", LIMIT);
            address = service.log()
                    .lines()
                    .filter(line -> line.startsWith("unix://"))
                    .findFirst()
                    .orElseThrow();
            engine = pid(address);
            service.kill();
            service.awaitEnd(LIMIT);
            Optional<ProcessHandle> left = ProcessHandle.of(engine);
            if (left.isPresent()) {
                left.get().onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
        try (GoldenStore store = store()) {
            CollectReport report = store.collect();
            assertThat(report.kept()).isEmpty();
            assertThat(folder.resolve("store/drafts")).isEmptyDirectory();
        }
        Path runFolder = Path.of(address.substring("unix://".length())).getParent();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (Files.exists(runFolder) && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(runFolder).doesNotExist();
    }

    /** A service in the middle of a build. */
    static final class Filling {
        public static void main(String[] arguments) throws InterruptedException {
            try (GoldenStore store = open(Path.of(arguments[0]));
                    GoldenDraft draft = store.draft("team");
                    EngineRun run = GoldenEngine.of(Path.of(arguments[1])).start(draft.dataRoot())) {
                System.out.println(run.address());
                new CountDownLatch(1).await();
            }
        }
    }

    private GoldenStore store() {
        return open(folder.resolve("store"));
    }

    private static GoldenStore open(Path root) {
        return GoldenStore.builder(root).strategy(GoldenStrategy.LAYER_FARM).open();
    }

    private static long pid(String address) throws IOException {
        Path file = Path.of(address.substring("unix://".length())).resolveSibling("docker.pid");
        return Long.parseLong(Files.readString(file).strip());
    }
}
