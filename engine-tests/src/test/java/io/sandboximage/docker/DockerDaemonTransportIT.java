package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.transport.ImageLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images in an engine by name, among the other transports. */
@RequiresEngine({Engine.DOCKER_20, Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
class DockerDaemonTransportIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long PAUSE_MILLIS = 200;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void imagesGoFromAnEngineIntoALayoutAndBack(Kind kind) throws Exception {
        try (DockerProcess docker = DockerProcess.start(kind, Files.createDirectories(folder.resolve("engine")));
                DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            ImageSource image = LayeredImages.of("base", "top");
            engine.tag("shop/app:1").write(image, ProgressTask.silent());

            Path layout = folder.resolve("layout");
            try (ImageSource source = engine.source("shop/app:1")) {
                ImageLocation.parse("oci:" + layout + ":copied").sink().write(source, ProgressTask.silent());
            }
            ImageSource copied =
                    ImageLocation.parse("oci:" + layout + ":copied").source();
            assertThat(LayeredImages.configDigest(copied)).isEqualTo(LayeredImages.configDigest(image));

            docker.docker("rmi", "shop/app:1").run().orFail();
            engine.tag("shop/app:2").write(copied, ProgressTask.silent());
            assertThat(docker.docker("run", "--rm", "--network=none", "shop/app:2")
                            .run()
                            .orFail()
                            .output())
                    .isEqualTo("top");
            assertThatThrownBy(() -> {
                        try (ImageSource missing = engine.source("shop/none:1")) {
                            missing.descriptor();
                        }
                    })
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("shop/none:1")
                    .hasMessageContaining(docker.address());
        }
        assertThat(temporaryFilesThatStay()).isEmpty();
    }

    @Test
    void theTransportIsFoundAndRefusesWhatAnEngineCannotHold() {
        assertThat(ImageLocation.parse("docker-daemon:shop/app:1").transport()).isEqualTo("docker-daemon");
        assertThatThrownBy(() -> ImageLocation.parse("docker-daemon:shop/app:1")
                        .sink(CopyOptions.DEFAULT.only(Platform.LINUX_AMD64, Platform.LINUX_ARM64)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("one platform");
        assertThatThrownBy(() -> ImageLocation.parse("docker-daemon://shop").source())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("docker-daemon:NAME");
    }

    /** What was saved for reading is gone; what other tests read at this moment goes soon. */
    private static List<String> temporaryFilesThatStay() throws InterruptedException {
        List<String> files = temporaryFiles();
        Instant end = Instant.now().plus(LIMIT);
        while (!files.isEmpty() && Instant.now().isBefore(end)) {
            Thread.sleep(PAUSE_MILLIS);
            List<String> now = temporaryFiles();
            files = files.stream().filter(now::contains).toList();
        }
        return files;
    }

    private static List<String> temporaryFiles() {
        return Command.of(
                        "find",
                        System.getProperty("java.io.tmpdir"),
                        "-maxdepth",
                        "1",
                        "-name",
                        "sandbox-image-docker-*")
                .run()
                .orFail()
                .output()
                .lines()
                .toList();
    }
}
