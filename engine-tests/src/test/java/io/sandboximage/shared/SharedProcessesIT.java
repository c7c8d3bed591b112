package io.sandboximage.shared;

import static io.sandboximage.shared.SharedService.BUILDKIT;
import static io.sandboximage.shared.SharedService.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same services as processes of this machine. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC, Engine.REGISTRY_V3})
class SharedProcessesIT {
    @TempDir
    Path folder;

    private SharedSettings settings;
    private SharedBuildKit shared;

    @BeforeEach
    void settings() {
        settings = UpProcess.processes(folder.resolve("shared"))
                .listen("127.0.0.1", Daemon.freePort())
                .registryListen("127.0.0.1", Daemon.freePort());
        shared = SharedBuildKit.of(settings);
    }

    @AfterEach
    void down() {
        shared.down(true);
    }

    @Test
    void liveOnAfterTheProcessThatStartedThemAndAreStartedAgainAfterACrash() throws IOException {
        assertThat(Command.of(ProcessHandle.current().info().command().orElseThrow())
                        .with("-cp", System.getProperty("java.class.path"), UpProcess.class.getName())
                        .with(
                                folder.resolve("shared"),
                                settings.buildKit().port(),
                                settings.registry().port())
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("[buildkit, registry]\n");
        assertThat(shared.up(ProgressTask.silent()).started()).isEmpty();
        SharedClient client = new SharedClient(shared, folder.resolve("context"));
        Digest built = client.push("image");

        for (SharedService service : SharedService.values()) {
            kill(service);
            assertThat(shared.status().services().get(service).running()).isFalse();
        }
        assertThat(shared.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT, REGISTRY);
        assertThat(client.push("image")).isEqualTo(built);
        assertThat(client.stepsRun()).isEmpty();
        assertThat(shared.status().services().values())
                .allSatisfy(
                        service -> assertThat(service.usedBytes().orElseThrow()).isPositive());
    }

    @Test
    void secretsAreForThisUserOnly() throws IOException {
        shared.up(ProgressTask.silent());
        for (String secret :
                new String[] {"tls/authority.pem", "tls/server.pem", "tls/client.pem", "etc/buildkit/server.pem"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            folder.resolve("shared").resolve(secret))))
                    .isEqualTo("rw-------");
        }
        shared.down(true);
        try (Stream<Path> left = Files.list(folder.resolve("shared"))) {
            assertThat(left.map(file -> file.getFileName().toString())).containsOnly("lock");
        }
    }

    @Test
    void takenPortsMissingProgramsAndBadOnesAreTypedErrors() throws IOException {
        try (ServerSocket taken = new ServerSocket(settings.buildKit().port(), 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> shared.up(ProgressTask.silent()))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining(":" + taken.getLocalPort());
        }
        assertThatThrownBy(() -> SharedBuildKit.of(settings.programs(Path.of("/no/buildkitd"), Path.of("/no/registry")))
                        .up(ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> SharedBuildKit.of(
                                settings.programs(Engine.BUILDKITD.path(), Engine.BUSYBOX_STATIC.path()))
                        .up(ProgressTask.silent()))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining("applet not found");
        assertThat(shared.status().services().values()).noneMatch(SharedStatus.Service::running);
    }

    private void kill(SharedService service) throws IOException {
        Path written = folder.resolve("shared").resolve(service + ".json");
        long pid = JsonView.parse(Files.readAllBytes(written), 4096, "record").requireNumber("pid");
        ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
    }
}
