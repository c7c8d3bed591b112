package io.sandboximage.benchmarks;

import io.sandboximage.BuildRequest;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaSnapshotter;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.registry.Registry;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Stream;

/** The places that {@link PipelineComparison} brings an image to, all empty; the engine and BuildKit outlive them. */
final class PipelinePlaces implements AutoCloseable {
    private static final String REPOSITORY = "bench/image";
    private static final String TAG = "bench/image:local";
    private static final Duration TIME_PER_REQUEST = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(20);

    private final Path folder;
    private final DockerProcess docker;
    private final RegistryProcess registryA;
    private final RegistryProcess registryB;
    private final RegistryProcess daytonaRegistry;
    private final DaytonaEmulator emulator;
    private final DaytonaClient daytona;
    private final DockerEngine engine;

    /** One of them. */
    enum Place {
        ENGINE("Docker engine"),
        REGISTRY_A("registry 2.8"),
        REGISTRY_B("registry 3"),
        ARCHIVE("archive"),
        EXT4("ext4 file"),
        DAYTONA("Daytona snapshot");

        final String title;

        Place(String title) {
            this.title = title;
        }
    }

    /** @param folder does not exist yet */
    PipelinePlaces(Path folder, DockerProcess docker) throws IOException {
        this.folder = Files.createDirectory(folder);
        this.docker = docker;
        registryA = registry("a", Engine.DOCKER_REGISTRY);
        registryB = registry("b", Engine.REGISTRY_V3);
        daytonaRegistry = registry("daytona", Engine.DOCKER_REGISTRY);
        ScriptedClock clock = ScriptedClock.startNow();
        emulator = DaytonaEmulator.builder()
                .clock(clock)
                .registry(daytonaRegistry.address(), new RobotAccounts(clock))
                .timePerRequest(TIME_PER_REQUEST)
                .start();
        daytona = DaytonaClient.builder()
                .baseUrl(emulator.url())
                .apiKey("dtn_test")
                .time(clock, wait -> Thread.sleep(Math.min(wait.toMillis(), POLL.toMillis())))
                .build();
        engine = DockerEngine.at(DockerHost.unix(docker.socket()));
    }

    private void add(Place place, SandboxImagePipeline.Builder to) {
        switch (place) {
            case ENGINE -> to.to(engine.tag(TAG));
            case REGISTRY_A -> to.to(Registry.of(registryA.address() + "/" + REPOSITORY));
            case REGISTRY_B -> to.to(Registry.of(registryB.address() + "/" + REPOSITORY));
            case ARCHIVE -> to.to(OciArchive.sink(folder.resolve("image.tar")));
            case EXT4 ->
                to.snapshot(Ext4Snapshotter.to(folder.resolve("image.ext4")).platform(Platform.LINUX_AMD64));
            case DAYTONA -> to.snapshot(DaytonaSnapshotter.with(daytona).name("bench-{digest}"));
        }
    }

    /**
     * What a run took, in seconds.
     *
     * @param cpu of this process and the daemons
     */
    record Took(double wall, double cpu) {}

    /** Builds and brings the image there. */
    Took run(BuildKitProcess buildKit, Path context, Set<Place> to) {
        double cpu = cpu();
        long start = System.nanoTime();
        try (BuildKitBuilder builder =
                BuildKitBuilder.at(BuildKitAddress.parse(buildKit.address())).inPlace()) {
            SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder()
                    .build(BuildRequest.dockerfile(context, "Dockerfile").platform(Platform.LINUX_AMD64))
                    .with(builder);
            to.forEach(place -> add(place, pipeline));
            pipeline.run();
        }
        return new Took((System.nanoTime() - start) / 1e9, cpu() - cpu);
    }

    /** Of this process and those below it, which the daemons are. */
    private static double cpu() {
        try (Stream<ProcessHandle> below = ProcessHandle.current().descendants()) {
            return Stream.concat(Stream.of(ProcessHandle.current()), below)
                    .mapToDouble(process -> process.info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toMillis()
                            / 1e3)
                    .sum();
        }
    }

    private RegistryProcess registry(String name, Engine kind) throws IOException {
        return RegistryProcess.start(kind, Files.createDirectory(folder.resolve(name)));
    }

    /** Also empties the engine. */
    @Override
    public void close() {
        engine.close();
        daytona.close();
        emulator.close();
        daytonaRegistry.close();
        registryB.close();
        registryA.close();
        docker.docker("image", "rm", "--force", TAG).run();
        Command.of("rm", "-rf", folder).run().orFail();
    }
}
