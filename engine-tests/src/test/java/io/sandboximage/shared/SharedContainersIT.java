package io.sandboximage.shared;

import static io.sandboximage.shared.SharedService.BUILDKIT;
import static io.sandboximage.shared.SharedService.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.shared.internal.tls.TlsFolder;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A BuildKit and a registry in containers of real engines: started, changed, broken and mended. */
@RequiresEngine({
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUILDKITD,
    Engine.BUILDCTL,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.REGISTRY_V3
})
class SharedContainersIT {
    private static final String BUILDKIT_CONTAINER = "sandbox-image-shared-buildkit";

    @TempDir
    static Path state;

    private static DockerProcess docker;

    @TempDir
    Path folder;

    private SharedSettings settings;
    private SharedBuildKit shared;

    @BeforeAll
    static void start() throws IOException {
        docker = DockerProcess.startOnHostNetwork(DockerProcess.Kind.V28_CLASSIC, state);
        ServiceImages.loadInto(host(docker));
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @BeforeEach
    void settings() {
        settings = settings(docker);
        shared = SharedBuildKit.of(settings);
    }

    @AfterEach
    void nothingIsLeftWhenItIsDown() {
        shared.down(true);
        assertThat(shared.down(true)).isEmpty();
        assertThat(docker.docker("ps", "--all", "--quiet").run().orFail().output())
                .isEmpty();
        assertThat(docker.docker("volume", "ls", "--quiet").run().orFail().output())
                .isEmpty();
    }

    @Test
    void manyClientsShareOneCacheAndTheEngineHasTheRegistryUnderTheSameName() throws IOException {
        assertThat(shared.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT, REGISTRY);
        SharedClient first = new SharedClient(shared, folder.resolve("first"));
        SharedClient second = new SharedClient(SharedBuildKit.of(settings), folder.resolve("second"));

        Digest built = first.push("first");
        assertThat(first.stepsRun()).hasSize(2);
        assertThat(second.push("second")).isEqualTo(built);
        assertThat(second.stepsRun()).isEmpty();
        pulls(docker, shared, "second", built);

        // Again: nothing to do.
        assertThat(shared.up(ProgressTask.silent()).started()).isEmpty();
        SharedStatus status = shared.status();
        assertThat(status.healthy()).isTrue();
        assertThat(status.advice()).isEmpty();
        assertThat(status.clientCertificateExpiry().orElseThrow())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(89)), Instant.now().plus(Duration.ofDays(90)));
        assertThat(status.services().get(BUILDKIT).version()).contains("0.32");
        assertThat(status.services().values())
                .allSatisfy(
                        service -> assertThat(service.usedBytes().orElseThrow()).isPositive());
    }

    @Test
    void otherSettingsStartItAnewAndKeepTheCache() throws IOException {
        shared.up(ProgressTask.silent());
        SharedClient client = new SharedClient(shared, folder.resolve("context"));
        Digest built = client.push("image");

        SharedBuildKit changed = SharedBuildKit.of(settings.limits(new DiskLimits(0, 1L << 33, 0, 1L << 30)));
        assertThat(changed.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT);
        assertThat(client.push("image")).isEqualTo(built);
        assertThat(docker.docker("exec", BUILDKIT_CONTAINER, "buildctl", "debug", "workers", "-v")
                        .run()
                        .orFail()
                        .output())
                .contains("8.589934592GB");
        assertThat(changed.down(false)).containsExactly(REGISTRY, BUILDKIT);
        assertThat(changed.status().healthy()).isFalse();
        assertThat(changed.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT, REGISTRY);
        assertThat(client.push("image")).isEqualTo(built);
    }

    @Test
    void killedServicesAreStartedAgainWithTheirCache() throws IOException {
        shared.up(ProgressTask.silent());
        SharedClient client = new SharedClient(shared, folder.resolve("context"));
        Digest built = client.push("image");
        docker.docker("kill", "--signal=KILL", BUILDKIT_CONTAINER).run().orFail();

        assertThat(shared.status().services().get(BUILDKIT).problem()).contains("exited with code 137");
        assertThat(shared.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT);
        assertThat(client.push("image")).isEqualTo(built);
    }

    @Test
    void certificatesAreRenewedBeforeAndAfterTheirEnd() throws IOException {
        Clock before = Clock.offset(Clock.systemUTC(), Duration.ofDays(-70));
        SharedBuildKit.of(settings, before).up(ProgressTask.silent());
        assertThat(shared.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT);
        assertThat(shared.up(ProgressTask.silent()).started()).isEmpty();

        TlsFolder past = new TlsFolder(
                folder.resolve("shared/tls"),
                "shared",
                Duration.ofDays(90),
                Clock.offset(Clock.systemUTC(), Duration.ofDays(-100)));
        Files.delete(past.client());
        past.renewClient();
        assertThat(past.expiry(past.client()).orElseThrow()).isBefore(Instant.now());
        assertThat(new SharedClient(shared, folder.resolve("late")).push("image"))
                .isNotNull();

        shared.down(true);
        past.renew(settings.serverHosts());
        shared.up(ProgressTask.silent());
        assertThat(new SharedClient(shared, folder.resolve("context")).push("image"))
                .isNotNull();
    }

    @Test
    void strangersAreRefused() {
        shared.up(ProgressTask.silent());
        try (BuildKitClient stranger = BuildKitClient.connect(
                BuildKitAddress.tcp("127.0.0.1", settings.buildKit().port()))) {
            assertThatThrownBy(stranger::workers).isInstanceOf(SandboxImageException.class);
        }
    }

    @Test
    void publishedPortsAndOneNetworkServeWhereTheHostsOwnIsOutOfReach() throws IOException {
        settings = settings.network("bridge");
        shared = SharedBuildKit.of(settings);
        shared.up(ProgressTask.silent());
        SharedClient client = new SharedClient(shared, folder.resolve("context"));

        Digest built = client.push("image");
        pulls(docker, shared, "image", built);
        docker.docker("kill", BUILDKIT_CONTAINER).run().orFail();
        assertThat(shared.up(ProgressTask.silent()).started()).containsExactly(BUILDKIT, REGISTRY);
        assertThat(client.push("image")).isEqualTo(built);
    }

    @Test
    void takenPortsAreConflictsAndNothingStays() throws IOException {
        for (String network : List.of("host", "bridge")) {
            try (ServerSocket taken =
                    new ServerSocket(settings.registry().port(), 1, InetAddress.getByName("127.0.0.1"))) {
                assertThatThrownBy(() ->
                                SharedBuildKit.of(settings.network(network)).up(ProgressTask.silent()))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining(":" + taken.getLocalPort())
                        .hasMessageContaining("another port");
            }
            assertThat(docker.docker("ps", "--all", "--quiet").run().orFail().output())
                    .isEmpty();
        }
    }

    @Test
    void missingImagesAndNetworksAreNotFound() {
        assertThatThrownBy(shared::address)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("start it first");
        SharedSettings unknown = SharedSettings.containers(
                host(docker), folder.resolve("shared"), "test-buildkit:none", ServiceImages.REGISTRY);
        assertThatThrownBy(() -> SharedBuildKit.of(unknown).up(ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("test-buildkit:none");
        assertThatThrownBy(() -> SharedBuildKit.of(settings.network("nowhere")).up(ProgressTask.silent()))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no network nowhere");
    }

    @Test
    void serviceThatEndsAtOnceIsAnErrorWithItsLastLines() {
        SharedSettings broken = SharedSettings.containers(
                        host(docker), folder.resolve("shared"), ServiceImages.BUILDKIT, ServiceImages.BROKEN)
                .listen("127.0.0.1", settings.buildKit().port())
                .registryListen("127.0.0.1", settings.registry().port());
        assertThatThrownBy(() -> SharedBuildKit.of(broken).up(ProgressTask.silent()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("registry ended")
                .hasMessageContaining("no disk");
    }

    @Test
    void twoProcessesThatStartItAtOnceStartItOnce() {
        List<String> said =
                Stream.of(1, 2)
                        .map(process -> CompletableFuture.supplyAsync(() -> up(docker.address())))
                        .toList()
                        .stream()
                        .map(CompletableFuture::join)
                        .map(run -> run.orFail().output())
                        .toList();
        assertThat(said).containsExactlyInAnyOrder("[buildkit, registry]\n", "[]\n");
    }

    @Test
    void engineIsAskedWhetherItTrustsTheRegistry() {
        shared = SharedBuildKit.of(
                settings.registryListen("0.0.0.0", settings.registry().port()));
        assertThat(shared.up(ProgressTask.silent()).status().advice()).isEmpty();
        SharedBuildKit elsewhere = SharedBuildKit.of(
                settings.registryListen("10.9.8.7", settings.registry().port()));
        assertThat(elsewhere.status().advice())
                .singleElement()
                .asString()
                .contains(
                        "insecure-registries", "10.9.8.7:" + settings.registry().port());
    }

    /** Engine 20.10 is left out: its privileged containers want capabilities that machines of tests may not have. */
    @Test
    void enginesWithContainerdsStoreServeAndPullToo() throws IOException {
        try (DockerProcess other =
                DockerProcess.startOnHostNetwork(DockerProcess.Kind.V28_CONTAINERD, folder.resolve("engine"))) {
            ServiceImages.loadInto(host(other));
            SharedBuildKit there = SharedBuildKit.of(settings(other));
            there.up(ProgressTask.silent());
            pulls(other, there, "image", new SharedClient(there, folder.resolve("context")).push("image"));
            assertThat(there.status().healthy()).isTrue();
            there.down(true);
        }
    }

    private static void pulls(DockerProcess engine, SharedBuildKit from, String repository, Digest digest) {
        String name = from.registry() + "/" + repository + ":1";
        assertThat(engine.docker("pull", name).run().orFail().output()).contains(digest.toString());
        engine.docker("run", "--rm", "--network=none", name).run().orFail();
        engine.docker("rmi", name).run().orFail();
    }

    private CommandResult up(String engine) {
        return Command.of(ProcessHandle.current().info().command().orElseThrow())
                .with("-cp", System.getProperty("java.class.path"), UpProcess.class.getName())
                .with(
                        folder.resolve("shared"),
                        settings.buildKit().port(),
                        settings.registry().port(),
                        engine)
                .run();
    }

    private SharedSettings settings(DockerProcess engine) {
        return SharedSettings.containers(
                        host(engine), folder.resolve("shared"), ServiceImages.BUILDKIT, ServiceImages.REGISTRY)
                .listen("127.0.0.1", Daemon.freePort())
                .registryListen("127.0.0.1", Daemon.freePort());
    }

    private static DockerHost host(DockerProcess engine) {
        return DockerHost.unix(engine.socket());
    }
}
