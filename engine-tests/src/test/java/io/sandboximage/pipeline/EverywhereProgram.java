package io.sandboximage.pipeline;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.DaytonaSnapshotter;
import io.sandboximage.daytona.SnapshotSmokeTest;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.doppler.DopplerConfig;
import io.sandboximage.doppler.DopplerRecorder;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.record.Recorders;
import io.sandboximage.registry.Registry;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.sandbox.SandboxSmokeTest;
import io.sandboximage.sandbox.SandboxSpec;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The one program: a Dockerfile is built, and the image goes into an engine, two registries, an archive, an ext4 file and a Daytona
 * snapshot, whose name an env file and Doppler get. Also a process of its own, which tests kill.
 */
final class EverywhereProgram implements AutoCloseable {
    static final String ENGINE_TAG = "everywhere/app:local";
    static final String REPOSITORY = "acme/sandbox";
    static final String SECRET = "DAYTONA_SNAPSHOT_NAME";

    /** The emulator's hours are seconds; its polls need not take longer either. */
    private static final Duration POLL = Duration.ofMillis(20);

    private final Places places;
    private final DockerEngine engine;
    private final DaytonaClient daytona;

    EverywhereProgram(Places places) {
        this.places = places;
        this.engine = DockerEngine.at(DockerHost.unix(places.dockerSocket()));
        this.daytona = DaytonaClient.builder()
                .baseUrl(places.daytona())
                .apiKey("dtn_test")
                .time(Clock.systemUTC(), wait -> Thread.sleep(Math.min(wait.toMillis(), POLL.toMillis())))
                .build();
    }

    /** Where everything is. */
    record Places(
            Path folder,
            String buildKit,
            Path dockerSocket,
            String registryA,
            String registryB,
            URI daytona,
            URI doppler) {
        Path context() {
            return folder.resolve("context");
        }

        Path output() {
            return folder.resolve("output");
        }

        Path ext4() {
            return output().resolve("sandbox.ext4");
        }

        Path archive() {
            return output().resolve("sandbox.tar");
        }

        Path envFile() {
            return output().resolve(".env");
        }

        Path state() {
            return folder.resolve("state");
        }

        String[] arguments() {
            return new String[] {
                folder.toString(),
                buildKit,
                dockerSocket.toString(),
                registryA,
                registryB,
                daytona.toString(),
                doppler.toString()
            };
        }

        static Places of(String[] arguments) {
            return new Places(
                    Path.of(arguments[0]),
                    arguments[1],
                    Path.of(arguments[2]),
                    arguments[3],
                    arguments[4],
                    URI.create(arguments[5]),
                    URI.create(arguments[6]));
        }
    }

    BuildKitBuilder builder() {
        return BuildKitBuilder.at(BuildKitAddress.parse(places.buildKit())).inPlace();
    }

    SandboxImagePipeline.Builder pipeline(ImageBuilder builder) {
        return SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(places.context(), "Dockerfile").platform(Platform.LINUX_AMD64))
                .with(builder)
                .to(engine.tag(ENGINE_TAG))
                .to(Registry.of(places.registryA() + "/" + REPOSITORY).tags("main", "sha-1"))
                .to(Registry.of(places.registryB() + "/" + REPOSITORY))
                .to(OciArchive.sink(places.archive()))
                .snapshot(Ext4Snapshotter.to(places.ext4()).platform(Platform.LINUX_AMD64))
                .snapshot(DaytonaSnapshotter.with(daytona).name("everywhere-{digest}"))
                .check(
                        "smoke test in the engine",
                        SandboxSmokeTest.of(
                                        DockerHost.unix(places.dockerSocket()),
                                        SandboxSpec.image(ENGINE_TAG)
                                                .command("/bin/busybox", "sleep", "3600")
                                                .network("none"))
                                .expect("/made", "/bin/busybox", "ls", "-d", "/made"))
                .check("smoke test in Daytona", SnapshotSmokeTest.with(daytona).expect("true"))
                .record(Recorders.envFile(places.envFile())
                        .set(SECRET, Recorders.snapshotReference(DaytonaSnapshotter.KIND)))
                .record(DopplerRecorder.to(DopplerConfig.of(DopplerServer.TOKEN, "app", "dev")
                                .withApi(places.doppler()))
                        .set(SECRET, Recorders.snapshotReference(DaytonaSnapshotter.KIND))
                        .reference("VITE_" + SECRET, SECRET))
                .state(places.state());
    }

    @Override
    public void close() {
        daytona.close();
        engine.close();
    }

    public static void main(String[] arguments) {
        try (EverywhereProgram program = new EverywhereProgram(Places.of(arguments));
                BuildKitBuilder builder = program.builder()) {
            System.out.println("ready");
            System.out.println(program.pipeline(builder).run().image().digest());
        }
    }
}
