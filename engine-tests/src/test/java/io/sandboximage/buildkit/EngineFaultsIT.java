package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.MatrixEngines.Kind;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Daemons that are not there, are not what they should be, or do not prove who they are. */
@RequiresEngine({
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUILDKITD,
    Engine.BUILDCTL,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.OPENSSL
})
class EngineFaultsIT {
    @TempDir
    static Path state;

    private static MatrixEngines engines;

    @BeforeAll
    static void prepare() throws IOException {
        engines = new MatrixEngines(state);
    }

    @AfterAll
    static void stop() {
        engines.close();
    }

    static Stream<BuildKitAddress> nobody() {
        DockerHost engine = DockerHost.unix(Path.of("/nowhere/docker.sock"));
        return Stream.of(
                BuildKitAddress.unix(Path.of("/nowhere/buildkitd.sock")),
                BuildKitAddress.tcp("127.0.0.1", Daemon.freePort()),
                BuildKitAddress.tcp("127.0.0.1", Daemon.freePort()).tls(BuildKitTls.systemTrust()),
                BuildKitAddress.docker(engine),
                BuildKitAddress.docker(DockerHost.tcp("127.0.0.1", Daemon.freePort())),
                BuildKitAddress.dockerContainer(engine, "builder"));
    }

    @ParameterizedTest
    @MethodSource("nobody")
    void daemonThatIsNotThereIsNamed(BuildKitAddress address) throws IOException {
        Path context = Files.createDirectories(state.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
        String place = address.toString().replaceFirst("docker(-container)?:(//builder)?", "");
        try (BuildKitClient nobody = BuildKitClient.connect(address)) {
            assertThatThrownBy(nobody::version)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(place);
            assertThatThrownBy(() -> nobody.solve(DockerfileBuild.of(context).toRequest(), ProgressTask.silent()))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining(place);
        }
    }

    @Test
    void containerThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> versionOf(container("nobody")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("nobody");
    }

    @Test
    void stoppedContainerAndOneWithoutBuildctlAreToldApart() throws IOException {
        Path context = Files.createDirectories(state.resolve("plain-image"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY busybox /bin/busybox\n");
        var docker = engines.docker(Kind.DOCKER_CONTAINER);
        docker.docker("build", "--quiet", "--tag", "plain", context).run().orFail();
        docker.docker("create", "--name=stopped", "plain", "/bin/busybox").run().orFail();
        docker.docker("run", "--detach", "--name=bare", "--network=none", "plain", "/bin/busybox", "sleep", "600")
                .run()
                .orFail();

        assertThatThrownBy(() -> versionOf(container("stopped")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("not running");
        assertThatThrownBy(() -> versionOf(container("bare")))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining("buildctl")
                .hasMessageContaining("not found");
    }

    @Test
    void stderrOfBuildctlIsInTheError() {
        engines.client(Kind.DOCKER_CONTAINER).version();
        engines.docker(Kind.DOCKER_CONTAINER)
                .docker(
                        "run",
                        "--detach",
                        "--name=no-daemon",
                        "--network=none",
                        MatrixEngines.CONTAINER,
                        "sleep",
                        "600")
                .run()
                .orFail();

        assertThatThrownBy(() -> versionOf(container("no-daemon")))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("buildctl dial-stdio")
                .hasMessageContaining("buildkitd.sock");
    }

    @Test
    void wrongNamesAndAuthoritiesAreRefusedByBothKindsOfDaemon() throws IOException {
        Path others = Files.createDirectories(state.resolve("others"));
        TestCertificates certificates = engines.certificates();
        for (String file : List.of("cert.pem", "key.pem")) {
            Files.write(others.resolve(file), certificates.pem(file));
        }
        Files.write(others.resolve("ca.pem"), certificates.pem("other-ca.pem"));

        for (BuildKitAddress wrongAuthority : List.of(
                engines.mutualTls("other-ca"), BuildKitAddress.docker(engines.secureHost("localhost", others)))) {
            assertThatThrownBy(() -> versionOf(wrongAuthority))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("TLS");
        }
        for (BuildKitAddress wrongName : List.of(
                engines.mutualTls("ca").tls(engines.tls("ca").serverName("other.example.com")),
                BuildKitAddress.docker(engines.secureHost("127.0.0.1", certificates.folder())))) {
            assertThatThrownBy(() -> versionOf(wrongName))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining(wrongName.toString());
        }
    }

    @Test
    void engineOfAnotherAuthorityIsNotSpokenTo() throws IOException {
        Path others = Files.createDirectories(state.resolve("engine-others"));
        for (String file : List.of("cert.pem", "key.pem")) {
            Files.write(others.resolve(file), engines.certificates().pem(file));
        }
        Files.write(others.resolve("ca.pem"), engines.certificates().pem("other-ca.pem"));
        try (DockerEngine engine = DockerEngine.at(engines.secureHost("localhost", others))) {
            assertThatThrownBy(engine::info)
                    .isInstanceOf(SandboxImageException.class)
                    .hasMessageContaining("tcp://localhost:");
        }
    }

    @Test
    void engineThatWantsACertificateDoesNotTakeNone() throws IOException {
        Path authorityOnly = Files.createDirectories(state.resolve("authority-only"));
        Files.write(authorityOnly.resolve("ca.pem"), engines.certificates().pem("ca.pem"));

        assertThatThrownBy(() -> versionOf(BuildKitAddress.docker(engines.secureHost("localhost", authorityOnly))))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining("localhost");
        assertThat(engines.client(Kind.DOCKER_28_TLS).version()).isPresent();
    }

    private static BuildKitAddress container(String name) {
        return BuildKitAddress.dockerContainer(engines.host(Kind.DOCKER_CONTAINER), name);
    }

    private static void versionOf(BuildKitAddress address) {
        try (BuildKitClient client = BuildKitClient.connect(address)) {
            client.version();
        }
    }
}
