package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP with mutual TLS: every form of private key, and what goes wrong with certificates. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL})
class BuildKitTlsIT {
    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static BuildKitProcess buildkitd;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        certificates = new TestCertificates(folder).authority("ca").authority("other-ca");
        certificates.key("server", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
        certificates.certificate("server", "ca", "subjectAltName=DNS:localhost,DNS:builder.example.com,IP:127.0.0.1");
        certificates.key("pkcs8-rsa", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048");
        certificates.key("pkcs8-ec", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
        certificates.key("ed25519", "genpkey -algorithm ED25519");
        certificates.key("pkcs1", "genrsa -traditional 2048");
        certificates.key("sec1", "ecparam -genkey -name secp384r1");
        for (String client : new String[] {"pkcs8-rsa", "pkcs8-ec", "ed25519", "pkcs1", "sec1"}) {
            certificates.certificate(client, "ca", "extendedKeyUsage=clientAuth");
        }
        port = Daemon.freePort();
        buildkitd = BuildKitProcess.start(
                Files.createDirectory(folder.resolve("daemon")),
                "--addr",
                "tcp://127.0.0.1:" + port,
                "--tlscacert",
                folder.resolve("ca.pem").toString(),
                "--tlscert",
                folder.resolve("server.pem").toString(),
                "--tlskey",
                folder.resolve("server.key").toString());
        buildkitd.daemon().awaitPort(port, Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() {
        buildkitd.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8-rsa", "pkcs8-ec", "ed25519", "pkcs1", "sec1"})
    void everyFormOfKeyIsTaken(String client) throws IOException {
        try (BuildKitClient buildkit = connect("ca", client, "localhost")) {
            assertThat(buildkit.version()).isPresent();
        }
    }

    @Test
    void buildsOverMutualTls() throws IOException {
        Path context = Files.createDirectories(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nARG V\nCOPY Dockerfile /$V\n");
        BuildKitAddress address = BuildKitAddress.tcp("127.0.0.1", port).tls(tls("ca", "sec1"));

        try (BuildKitBuilder builder = BuildKitBuilder.at(address);
                ImageSource image = builder.build(
                        BuildRequest.dockerfile(context, "Dockerfile").buildArg("V", "one"), ProgressTask.silent())) {
            assertThat(image.image(Platform.linuxOnThisMachine()).layers()).hasSize(1);
        }
    }

    @Test
    void buildsWithCompressedRequests() throws IOException {
        Path context = Files.createDirectories(folder.resolve("compressed"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /compressed\n");
        BuildKitAddress address =
                BuildKitAddress.tcp("127.0.0.1", port).compressed().tls(tls("ca", "sec1"));

        try (BuildKitBuilder builder = BuildKitBuilder.at(address);
                ImageSource image =
                        builder.build(BuildRequest.dockerfile(context, "Dockerfile"), ProgressTask.silent())) {
            assertThat(image.image(Platform.linuxOnThisMachine()).layers()).hasSize(1);
        }
    }

    @Test
    void serverNameIsWhatTheCertificateIsCheckedFor() throws IOException {
        try (BuildKitClient named = connect("ca", "sec1", "builder.example.com");
                BuildKitClient wrong = connect("ca", "sec1", "other.example.com")) {
            assertThat(named.version()).isPresent();
            assertThatThrownBy(wrong::version)
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("other.example.com");
        }
    }

    @Test
    void unknownAuthorityIsRefused() throws IOException {
        try (BuildKitClient buildkit = connect("other-ca", "sec1", "localhost")) {
            assertThatThrownBy(buildkit::version)
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("TLS handshake");
        }
    }

    @Test
    void missingClientCertificateIsAnError() throws IOException {
        BuildKitAddress address =
                BuildKitAddress.tcp("127.0.0.1", port).tls(BuildKitTls.trusting(certificates.pem("ca.pem")));
        try (BuildKitClient buildkit = BuildKitClient.connect(address)) {
            assertThatThrownBy(buildkit::version).isInstanceOf(SandboxImageException.class);
        }
    }

    private static BuildKitClient connect(String authority, String client, String serverName) throws IOException {
        return BuildKitClient.connect(BuildKitAddress.tcp("127.0.0.1", port)
                .tls(tls(authority, client).serverName(serverName)));
    }

    private static BuildKitTls tls(String authority, String client) throws IOException {
        return BuildKitTls.trusting(certificates.pem(authority + ".pem"))
                .identity(certificates.pem(client + ".pem"), certificates.pem(client + ".key"));
    }
}
