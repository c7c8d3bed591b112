package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Podman, which speaks Docker's API and loads whole archives only. */
@RequiresEngine({Engine.PODMAN, Engine.BUSYBOX_STATIC})
class PodmanIT {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void imagesGoInWholeAndOnlyWhenTheyChanged() throws Exception {
        // The paths of sockets are short.
        Path sockets = Files.createTempDirectory("pod");
        Path socket = sockets.resolve("s");
        try (Daemon service = podman("system", "service", "--time=0", "unix://" + socket)
                        .start(folder.resolve("podman.log"));
                DockerEngine engine = DockerEngine.at(DockerHost.unix(socket))) {
            service.await("listening on " + socket, START_LIMIT, () -> Files.exists(socket) && engine.answers());
            DockerLoader loader = DockerLoader.into(engine).tag("shop/app:1");
            ImageSource first = LayeredImages.of("base", "one");

            LoadReport loaded = loader.load(first, ProgressTask.silent());
            assertThat(loaded.strategy()).isEqualTo(LoadStrategy.FULL_ARCHIVE);
            assertThat(loaded.id()).isEqualTo(LayeredImages.configDigest(first));
            assertThat(loaded.reason()).doesNotContain("failed");
            assertThat(loader.load(first, ProgressTask.silent()).strategy()).isEqualTo(LoadStrategy.SKIP);

            ImageSource second = LayeredImages.of("base", "two");
            assertThat(loader.load(second, ProgressTask.silent()).id()).isEqualTo(LayeredImages.configDigest(second));
            assertThat(podman("images", "--no-trunc", "--quiet", "shop/app:1")
                            .run()
                            .orFail()
                            .output())
                    .contains(LayeredImages.configDigest(second).hex());
        } finally {
            Command.of("rm", "-rf", sockets).run();
        }
    }

    private Command podman(Object... arguments) {
        return Command.of(
                        Engine.PODMAN.path(),
                        "--root",
                        folder.resolve("root"),
                        "--runroot",
                        folder.resolve("run"),
                        // Leaves no mounts behind in the test's folder.
                        "--storage-driver=vfs")
                .with(arguments);
    }
}
