package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotState;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images become snapshots wherever they are. Those of BuildKit are in {@link DaytonaPushIT}. */
@RequiresEngine({Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.DOCKER_REGISTRY})
class DaytonaSourcesIT {
    private static final ProgressTask SILENT = ProgressTask.silent();

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private DaytonaClient client;

    @TempDir
    Path folder;

    @BeforeEach
    void open() {
        client = DaytonaClient.builder()
                .baseUrl(emulator.url())
                .apiKey("dtn_test")
                .time(emulator.clock(), emulator.clock()::sleep)
                .build();
    }

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    /** What {@code docker build} makes, with the command that users know. */
    @ParameterizedTest
    @EnumSource(
            value = DockerProcess.Kind.class,
            names = {"V28_CLASSIC", "V28_CONTAINERD"})
    void anImageOfADockerEngineAndOnlyItsChangeTheSecondTime(DockerProcess.Kind kind) throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                COPY app /app
                ENTRYPOINT ["/bin/busybox", "sleep"]
                CMD ["infinity"]
                """);
        try (DockerProcess docker = DockerProcess.start(kind, Files.createDirectories(folder.resolve("engine")));
                DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            build(docker, context, "one");
            EnsuredSnapshot first = fromEngine(engine, "docker-one");
            build(docker, context, "two");
            EnsuredSnapshot second = fromEngine(engine, "docker-two");

            assertThat(first.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
            assertThat(first.snapshot().entrypoint()).containsExactly("/bin/busybox", "sleep", "infinity");
            assertThat(first.push().map(Delivery::blobsCopied)).contains(3);
            assertThat(second.snapshot().state()).isEqualTo(SnapshotState.ACTIVE);
            // The layer and the config.
            assertThat(second.push().map(Delivery::blobsCopied)).contains(2);
            assertThat(second.push().map(Delivery::blobsSkipped)).contains(1);
        }
    }

    @Test
    void anImageOfAnotherRegistryALayoutAndOneThatIsMadeHereAreTheSame() throws IOException {
        try (RegistryProcess registry = RegistryProcess.start(
                        Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")));
                RegistryClient registries = RegistryClient.builder().build();
                ImageSource made = made()) {
            ImageReference reference = ImageReference.parse(registry.address() + "/acme/app:1");
            registries.sink(reference).write(made, SILENT);
            OciLayout.sink(folder.resolve("layout"), "v1").write(made, SILENT);

            EnsuredSnapshot here = ensure("here", made);
            EnsuredSnapshot pulled;
            try (ImageSource there = registries.source(reference)) {
                pulled = ensure("there", there);
            }
            EnsuredSnapshot stored;
            try (ImageSource layout = OciLayout.source(folder.resolve("layout"), "v1")) {
                stored = ensure("stored", layout);
            }

            assertThat(here.push().map(Delivery::blobsCopied)).contains(3);
            assertThat(pulled.push().map(Delivery::blobsCopied)).contains(0);
            assertThat(stored.push().map(Delivery::blobsCopied)).contains(0);
            assertThat(pulled.snapshot().entrypoint()).containsExactly("/init");
            assertThat(emulator.snapshots()).containsExactlyInAnyOrder("here", "there", "stored");
        }
    }

    private EnsuredSnapshot fromEngine(DockerEngine engine, String name) {
        try (ImageSource source = engine.source("acme/app:1")) {
            return ensure(name, source);
        }
    }

    private EnsuredSnapshot ensure(String name, ImageSource source) {
        return client.snapshots().ensure(SnapshotSpec.local(name, source), SnapshotWait.DEFAULT, SILENT);
    }

    private static void build(DockerProcess docker, Path context, String app) throws IOException {
        Files.writeString(context.resolve("app"), app);
        docker.docker("build", "-q", "--provenance=false", "-t", "acme/app:1", context)
                .run()
                .orFail();
    }

    private static ImageSource made() {
        return ImageAssembly.scratch(Platform.LINUX_AMD64)
                .entrypoint("/init")
                .layer(LayerSpec.empty().file("/init", "init".getBytes(StandardCharsets.UTF_8), 0755))
                .layer(LayerSpec.empty().file("/app", "app".getBytes(StandardCharsets.UTF_8), 0644))
                .produce(SILENT);
    }
}
