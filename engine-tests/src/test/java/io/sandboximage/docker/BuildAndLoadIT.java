package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.BuildRequest;
import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** From a Dockerfile over a BuildKit daemon into a separate engine: one solve each, and no more bytes than needed. */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.DOCKER_20,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUSYBOX_STATIC,
    Engine.RUNC
})
class BuildAndLoadIT {
    private static final String TAG = "built/app:latest";
    private static final int BASE_BYTES = 3_000_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void onlyWhatABuildChangedTravels(Kind kind) throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        byte[] base = new byte[BASE_BYTES];
        new Random(1).nextBytes(base);
        Files.write(context.resolve("base"), base);
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                COPY base /base
                RUN ["/bin/busybox", "mkdir", "/made"]
                COPY app /app
                CMD ["/bin/busybox", "cat", "/app"]
                """);
        try (BuildKitProcess daemon = BuildKitProcess.start(Files.createDirectories(folder.resolve("buildkit")));
                BuildKitBuilder builder = BuildKitBuilder.at(BuildKitAddress.parse(daemon.address()))
                        .inPlace();
                DockerProcess docker = DockerProcess.start(kind, Files.createDirectories(folder.resolve("engine")));
                DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            Delivery first = buildAndLoad(context, "one", builder, engine);
            assertThat(first.bytesCopied()).isGreaterThan(BASE_BYTES);
            assertThat(run(docker)).isEqualTo("one");

            Delivery unchanged = buildAndLoad(context, "one", builder, engine);
            assertThat(unchanged.bytesCopied()).isZero();
            assertThat(unchanged.blobsCopied()).isZero();

            Delivery changed = buildAndLoad(context, "two", builder, engine);
            assertThat(changed.blobsCopied()).isEqualTo(1);
            assertThat(changed.bytesCopied()).isLessThan(100_000);
            assertThat(run(docker)).isEqualTo("two");
        }
    }

    private static Delivery buildAndLoad(Path context, String app, BuildKitBuilder builder, DockerEngine engine)
            throws Exception {
        Files.writeString(context.resolve("app"), app);
        PipelineResult result = SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(context, "Dockerfile"))
                .with(builder)
                .to(engine.tag(TAG))
                .run();
        return result.deliveries().get(0);
    }

    private static String run(DockerProcess docker) {
        return docker.docker("run", "--rm", "--network=none", TAG)
                .run()
                .orFail()
                .output();
    }
}
