package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerHostTest {
    @TempDir
    Path root;

    private final Map<String, String> variables = new HashMap<>();
    private Path home;

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createDirectories(root.resolve("home"));
    }

    @Test
    void dockerHostWinsOverContexts() throws IOException {
        currentContext("other");
        variables.put("DOCKER_HOST", "tcp://engine.example.com");
        variables.put("DOCKER_CONTEXT", "third");
        DockerHost host = discover();
        assertThat(host.name()).isEqualTo("tcp://engine.example.com:2375");
        assertThat(host.authority()).isEqualTo("engine.example.com:2375");
        assertThat(host.reason()).isEqualTo("DOCKER_HOST is set");
        assertThat(host.secure()).isFalse();
    }

    @Test
    void dockerContextWinsOverTheCurrentContext() throws IOException {
        context("one", "unix:///one.sock");
        context("two", "unix:///two.sock");
        currentContext("one");
        assertThat(discover().name()).isEqualTo("unix:///one.sock");
        assertThat(discover().reason()).contains("config.json").contains("one");
        variables.put("DOCKER_CONTEXT", "two");
        assertThat(discover().name()).isEqualTo("unix:///two.sock");
        assertThat(discover().reason()).isEqualTo("DOCKER_CONTEXT is two");
    }

    @Test
    void aContextThatDoesNotExistIsAnErrorAndNotAnotherEngine() {
        variables.put("DOCKER_CONTEXT", "gone");
        assertThatThrownBy(this::discover)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("\"gone\"")
                .hasMessageContaining("DOCKER_CONTEXT");
    }

    @Test
    void brokenConfigurationIsNotQuoted() throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{\"auths\": hunter2");
        assertThatThrownBy(this::discover)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("config.json")
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @Test
    void takesTheFirstSocketThatSomebodyListensOn() throws IOException {
        Path abandoned = home.resolve(".docker/run/docker.sock");
        listen(abandoned).close();
        Path colima = home.resolve(".colima/default/docker.sock");
        try (ServerSocketChannel listening = listen(colima)) {
            assertThat(listening.isOpen()).isTrue();
            DockerHost host = discover();
            assertThat(host.unixSocket()).contains(colima);
            assertThat(host.reason()).isEqualTo("Colima listens on it");
        }
    }

    @Test
    void theDefaultContextMeansTheDefaultSocket() throws IOException {
        currentContext("elsewhere");
        variables.put("DOCKER_CONTEXT", "default");
        try (ServerSocketChannel listening = listen(root.resolve("var/run/docker.sock"))) {
            assertThat(listening.isOpen()).isTrue();
            assertThat(discover().unixSocket()).contains(root.resolve("var/run/docker.sock"));
        }
    }

    @Test
    void saysWhatWasTriedWhereThereIsNoEngine() throws IOException {
        listen(home.resolve(".rd/docker.sock")).close();
        variables.put("XDG_RUNTIME_DIR", root.resolve("user").toString());
        assertThatThrownBy(this::discover)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("DOCKER_HOST")
                .hasMessageContaining(root.resolve("var/run/docker.sock") + " (Docker): not there")
                .hasMessageContaining(root.resolve("user/podman/podman.sock") + " (Podman): not there")
                .hasMessageContaining(home.resolve(".rd/docker.sock") + " (Rancher Desktop): Connection refused");
    }

    @Test
    void refusesSchemesThatItCannotSpeakAndSaysWhatToDo() {
        assertThatThrownBy(() -> DockerHost.parse("ssh://me@host"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("ssh -L");
        assertThatThrownBy(() -> DockerHost.parse("npipe:////./pipe/docker_engine"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("named pipes");
        for (String bad : new String[] {"", "/var/run/docker.sock", "tcp://", "unix://relative", "tcp://h/p", "x y"}) {
            assertThatThrownBy(() -> DockerHost.parse(bad))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("unix:///path/to/docker.sock or tcp://host:port");
        }
    }

    @Test
    void nobodyAtTheAddressIsUnavailable() {
        assertThatThrownBy(() -> DockerHost.unix(root.resolve("none.sock")).connect())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("none.sock");
    }

    @Test
    void tlsFilesOfTheEnvironmentProveBothSides() throws Exception {
        HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        HeldCertificate client =
                new HeldCertificate.Builder().signedBy(authority).build();
        HeldCertificate server = new HeldCertificate.Builder()
                .signedBy(authority)
                .addSubjectAlternativeName("localhost")
                .build();
        certificates(home.resolve("certs"), authority, client);
        HandshakeCertificates engine = new HandshakeCertificates.Builder()
                .heldCertificate(server)
                .addTrustedCertificate(authority.certificate())
                .build();
        try (ServerSocket listening = engine.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            ((javax.net.ssl.SSLServerSocket) listening).setNeedClientAuth(true);
            variables.put("DOCKER_HOST", "tcp://localhost:" + listening.getLocalPort());
            variables.put("DOCKER_TLS_VERIFY", "1");
            variables.put("DOCKER_CERT_PATH", home.resolve("certs").toString());
            Thread engineThread = new Thread(() -> greet(listening));
            engineThread.start();
            DockerHost host = discover();
            assertThat(host.secure()).isTrue();
            try (Socket socket = host.connect()) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            }
            engineThread.join();
        }
    }

    @Test
    void anEngineWithAnothersCertificateIsRefused() throws Exception {
        HeldCertificate trusted =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        HeldCertificate stranger = new HeldCertificate.Builder()
                .addSubjectAlternativeName("localhost")
                .build();
        certificates(
                home.resolve(".docker"),
                trusted,
                new HeldCertificate.Builder().signedBy(trusted).build());
        HandshakeCertificates engine =
                new HandshakeCertificates.Builder().heldCertificate(stranger).build();
        try (ServerSocket listening = engine.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            variables.put("DOCKER_HOST", "tcp://localhost:" + listening.getLocalPort());
            variables.put("DOCKER_TLS_VERIFY", "1");
            Thread engineThread = new Thread(() -> greet(listening));
            engineThread.start();
            assertThatThrownBy(() -> discover().connect())
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("DOCKER_HOST is set");
            engineThread.join();
        }
    }

    @Test
    void tlsMaterialOfAContextIsUsed() throws Exception {
        context("remote", "tcp://engine.example.com");
        HeldCertificate authority =
                new HeldCertificate.Builder().certificateAuthority(0).build();
        certificates(
                home.resolve(".docker/contexts/tls/" + id("remote") + "/docker"),
                authority,
                new HeldCertificate.Builder().signedBy(authority).build());
        currentContext("remote");
        assertThat(discover().secure()).isTrue();
        assertThat(discover().name()).isEqualTo("tcp://engine.example.com:2376");
    }

    private DockerHost discover() {
        return new DockerHostDiscovery(new DockerEnvironment(variables, home, root)).discover();
    }

    private void currentContext(String name) throws IOException {
        Files.createDirectories(home.resolve(".docker"));
        Files.writeString(home.resolve(".docker/config.json"), "{\"currentContext\": \"" + name + "\"}");
    }

    private void context(String name, String address) throws IOException {
        Path directory = Files.createDirectories(home.resolve(".docker/contexts/meta/" + id(name)));
        Files.writeString(
                directory.resolve("meta.json"),
                "{\"Name\":\"" + name + "\",\"Metadata\":{},\"Endpoints\":{\"docker\":{\"Host\":\"" + address
                        + "\",\"SkipTLSVerify\":false}}}");
    }

    private static String id(String name) {
        return Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).hex();
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        Files.createDirectories(socket.toAbsolutePath().getParent());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    private static void certificates(Path directory, HeldCertificate authority, HeldCertificate client)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("ca.pem"), authority.certificatePem());
        Files.writeString(directory.resolve("cert.pem"), client.certificatePem());
        Files.writeString(directory.resolve("key.pem"), client.privateKeyPkcs8Pem());
    }

    private static void greet(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
        } catch (IOException expectedOfRefusedHandshakes) {
            assertThat(listening.isClosed()).isFalse();
        }
    }
}
