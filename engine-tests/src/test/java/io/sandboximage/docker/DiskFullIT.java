package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
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

/** An engine whose disk is too small for an image. */
@RequiresEngine({Engine.DOCKER_20, Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
class DiskFullIT {
    private static final int DISK_MEGABYTES = 40;
    private static final int IMAGE_BYTES = 50_000_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aFullDiskIsAClearErrorAndLeavesNothing(Kind kind) throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Command.of("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEGABYTES + "m", "tmpfs", disk)
                .run()
                .orFail();
        try (DockerProcess docker = DockerProcess.start(kind, disk);
                DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            DockerLoader loader = DockerLoader.into(engine).tag("large:1");
            Digest small = loader.load(LayeredImages.of("small"), ProgressTask.silent())
                    .id();

            assertThatThrownBy(() -> loader.load(large(), ProgressTask.silent()))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("no space left on device")
                    .hasMessageContaining(docker.address());

            assertThat(engine.imageIds()).containsExactly(small);
            assertThat(engine.image("large:1").id()).isEqualTo(small);
            assertThat(engine.image("large:1").complete()).isTrue();
        } finally {
            Command.of("umount", "-l", disk).run();
        }
    }

    private static ImageSource large() {
        byte[] half = new byte[IMAGE_BYTES / 2];
        ImageAssembly assembly = ImageAssembly.scratch(Platform.LINUX_AMD64);
        for (int i = 0; i < 2; i++) {
            new Random(i).nextBytes(half);
            assembly = assembly.layer(
                    LayerSpec.empty().file("/half-" + i, half, 0644).compression(Compression.NONE));
        }
        return assembly.produce(ProgressTask.silent());
    }
}
