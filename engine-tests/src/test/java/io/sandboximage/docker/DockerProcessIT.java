package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engines that other tests build on are the ones that they say. */
@RequiresEngine({Engine.DOCKER_20, Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
class DockerProcessIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void buildsRunsRestartsAndLeavesNothing(Kind kind) throws Exception {
        Path context = busyboxContext();
        Path socket;
        try (DockerProcess docker = DockerProcess.start(kind, Files.createDirectories(folder.resolve("engine")))) {
            socket = docker.socket();
            String info = docker.docker("info").run().orFail().output();
            assertThat(info.contains("io.containerd.snapshotter.v1")).isEqualTo(kind.containerdStore());

            docker.docker("buildx", "build", "-t", "probe:1", context).run().orFail();
            docker.restart();
            assertThat(docker.docker("run", "--rm", "probe:1", "/bin/busybox", "cat", "/made")
                            .run()
                            .orFail()
                            .output())
                    .isEqualTo("here\n");
        }
        assertThat(socket.getParent()).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(folder.toString());
    }

    @Test
    void reachesServersOfTheMachineOnTheHostNetwork() throws Exception {
        try (DockerProcess docker = DockerProcess.startOnHostNetwork(Kind.V28_CLASSIC, folder)) {
            String refused = docker.docker("pull", "127.0.0.1:1/none").run().errors();
            assertThat(refused).contains("connection refused");
        }
    }

    private Path busyboxContext() throws Exception {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "echo here > /made"]
                """);
        return context;
    }
}
