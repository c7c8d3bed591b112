package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.BuildRequest;
import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.RobotTokenServer;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a real BuildKit and of layouts, pushed into a real registry whose robots have tokens, become snapshots. */
@RequiresEngine({Engine.DOCKER_REGISTRY, Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class DaytonaPushIT {
    private static final ProgressTask SILENT = ProgressTask.silent();
    private static final int LAYERS = 95;

    @TempDir
    static Path state;

    private static RobotTokenServer tokens;
    private static RegistryProcess registry;
    private static DaytonaEmulator emulator;
    private static DaytonaClient client;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        ScriptedClock clock = ScriptedClock.start();
        RobotAccounts robots = new RobotAccounts(clock);
        tokens = RobotTokenServer.start(robots, state.resolve("tokens"));
        registry = tokens.startRegistry(Engine.DOCKER_REGISTRY, Files.createDirectory(state.resolve("registry")));
        emulator = DaytonaEmulator.builder()
                .clock(clock)
                .registry(registry.address(), robots)
                .start();
        client = DaytonaClient.builder()
                .baseUrl(emulator.url())
                .apiKey("dtn_test")
                .time(clock, clock::sleep)
                .build();
    }

    @AfterAll
    static void stop() {
        client.close();
        emulator.close();
        registry.close();
        tokens.close();
    }

    @Test
    void whatBuildKitBuildsBecomesASnapshotAndOnlyChangesTravelTheSecondTime() throws Exception {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "mkdir", "/made"]
            COPY app /app
            ENTRYPOINT ["/bin/busybox", "sleep"]
            CMD ["infinity"]
            """);
        try (BuildKitProcess daemon = BuildKitProcess.start(Files.createDirectory(folder.resolve("buildkit")));
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(daemon.address()))
                        .inPlace()) {
            Snapshot first = build(context, "one", builder);
            Snapshot same = build(context, "one", builder);
            Snapshot changed = build(context, "two", builder);

            assertThat(first.properties()).containsEntry("state", "active").containsEntry("blobsCopied", "4");
            assertThat(client.snapshots().get(first.reference()).entrypoint())
                    .containsExactly("/bin/busybox", "sleep", "infinity");
            assertThat(same.reused()).isTrue();
            assertThat(changed.properties()).containsEntry("blobsCopied", "2").containsEntry("blobsSkipped", "2");
        }
    }

    @Test
    void aLayoutOf95LayersBecomesASnapshotWithoutAnEngineAndOneLayerTravelsTheSecondTime() {
        EnsuredSnapshot first = push("layers-one", "before");
        EnsuredSnapshot second = push("layers-two", "after");

        assertThat(first.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
        assertThat(first.push().map(Delivery::blobsCopied)).contains(LAYERS + 1);
        assertThat(second.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
        // The layer and the config.
        assertThat(second.push().map(Delivery::blobsCopied)).contains(2);
        assertThat(second.push().map(Delivery::blobsSkipped)).contains(LAYERS - 1);
        // The server removes what a snapshot was made of; its layers stay for the next push.
        assertThat(isInRegistry(second)).isFalse();
    }

    private static boolean isInRegistry(EnsuredSnapshot made) {
        RobotAccounts.Robot robot = emulator.robots().make(Duration.ofMinutes(1));
        try (RegistryClient registries = RegistryClient.builder()
                        .credentials(host -> Optional.of(Credentials.basic(robot.username(), robot.secret())))
                        .build();
                ImageSource image = registries.source(
                        ImageReference.parse(made.snapshot().image().orElseThrow()))) {
            return image.descriptor().sizeBytes() > 0;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private EnsuredSnapshot push(String name, String last) {
        Path layout = folder.resolve(name);
        try (ImageSource image = layered(last)) {
            ImageCopier.sink("layout", () -> OciLayout.destination(layout, Optional.of("v1")), CopyOptions.DEFAULT)
                    .write(image, SILENT);
        }
        try (ImageSource stored = OciLayout.source(layout, "v1")) {
            return client.snapshots().ensure(SnapshotSpec.local(name, stored), SnapshotWait.DEFAULT, SILENT);
        }
    }

    private static ImageSource layered(String last) {
        ImageAssembly assembly = ImageAssembly.scratch(Platform.LINUX_AMD64);
        for (int i = 0; i < LAYERS; i++) {
            byte[] bulk = new byte[20_000];
            new Random(i).nextBytes(bulk);
            byte[] text = (i == LAYERS / 2 ? last : "same").getBytes(StandardCharsets.UTF_8);
            assembly = assembly.layer(
                    LayerSpec.empty().file("/bulk-" + i, bulk, 0644).file("/text-" + i, text, 0644));
        }
        return assembly.produce(SILENT);
    }

    private static Snapshot build(Path context, String app, BuildKitBuilder builder) throws Exception {
        Files.writeString(context.resolve("app"), app);
        return SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(context, "Dockerfile").platform(Platform.LINUX_AMD64))
                .with(builder)
                .snapshot(DaytonaSnapshotter.with(client).name("built-{digest}"))
                .run()
                .snapshots()
                .get(0);
    }
}
