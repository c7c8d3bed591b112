package io.sandboximage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.buildkit.BuildHistoryQuery;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Every place that {@link EverywhereProgram} brings its image to: real daemons, and the two vendors as emulators. */
final class EverywhereWorld implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** A part of the command line of a step that takes its time. */
    private static final String STEP = "busybox sleep";

    private static final int BASE_BYTES = 6_000_000;
    private static final Duration TIME_PER_REQUEST = Duration.ofSeconds(3);

    final BuildKitProcess buildKit;
    final DockerProcess docker;
    final RegistryProcess registryA;
    final RegistryProcess registryB;
    final DaytonaEmulator daytona;
    private final RegistryProcess daytonaRegistry;
    final DopplerServer doppler;
    private final Path folder;

    EverywhereWorld(Path folder) throws IOException {
        this.folder = folder;
        buildKit = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
        docker =
                DockerProcess.start(DockerProcess.Kind.V28_CONTAINERD, Files.createDirectory(folder.resolve("docker")));
        registryA = RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("a")));
        registryB = RegistryProcess.start(Engine.REGISTRY_V3, Files.createDirectory(folder.resolve("b")));
        daytonaRegistry =
                RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("daytona")));
        ScriptedClock clock = ScriptedClock.startNow();
        // Not the emulator's own registry, which keeps everything in memory.
        daytona = DaytonaEmulator.builder()
                .clock(clock)
                .registry(daytonaRegistry.address(), new RobotAccounts(clock))
                .timePerRequest(TIME_PER_REQUEST)
                .start();
        doppler = DopplerServer.start();
        Path context = Files.createDirectories(places().context());
        Files.createDirectories(places().output());
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        byte[] base = new byte[BASE_BYTES];
        new Random(1).nextBytes(base);
        Files.write(context.resolve("base"), base);
        for (String mountPoint : List.of("dev", "proc")) {
            Files.createDirectories(context.resolve("root").resolve(mountPoint));
        }
        Path init = Files.createDirectories(context.resolve("root/sbin")).resolve("init");
        Files.writeString(init, """
            #!/bin/busybox sh
            busybox mount -t proc proc /proc
            busybox grep -q ' / ext4 rw' /proc/mounts && echo "guest: $(busybox cat /app)"
            busybox sync
            busybox poweroff -f
            """);
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch
            COPY busybox /bin/busybox
            COPY root /
            COPY base /base
            RUN ["/bin/busybox", "mkdir", "/made"]
            COPY app bulk /
            CMD ["/bin/busybox", "cat", "/app"]
            """);
    }

    EverywhereProgram.Places places() {
        return new EverywhereProgram.Places(
                folder,
                buildKit.address(),
                docker.socket(),
                registryA.address(),
                registryB.address(),
                daytona.url(),
                doppler.url());
    }

    /** Changes what is built. */
    void change(String text) throws IOException {
        Files.writeString(places().context().resolve("app"), text);
        byte[] bulk = new byte[2_000_000];
        new Random(text.hashCode()).nextBytes(bulk);
        Files.write(places().context().resolve("bulk"), bulk);
    }

    /** Waits until BuildKit has no build, and no sandbox is left. */
    void awaitNothingRuns() {
        try (BuildKitClient client = BuildKitClient.connect(BuildKitAddress.parse(buildKit.address()))) {
            buildKit.daemon().await("no build", PATIENCE, () -> client.history()
                    .list(BuildHistoryQuery.all().onlyRunning())
                    .isEmpty());
        }
        buildKit.daemon().await("no step", PATIENCE, () -> !stepRuns());
        assertThat(daytona.sandboxes()).isEmpty();
        assertThat(docker.docker("ps", "--all", "--quiet").run().orFail().output())
                .isEmpty();
    }

    private boolean stepRuns() {
        try (Stream<ProcessHandle> all =
                ProcessHandle.of(buildKit.daemon().pid()).orElseThrow().descendants()) {
            return all.anyMatch(
                    process -> process.info().commandLine().orElse("").contains(STEP));
        }
    }

    @Override
    public void close() {
        doppler.close();
        daytona.close();
        daytonaRegistry.close();
        registryB.close();
        registryA.close();
        docker.close();
        buildKit.close();
    }
}
