package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildKitDiscoveryTest {
    private static final String ENGINE = "unix:///run/test-engine.sock";

    @TempDir
    Path home;

    private final Map<String, String> variables = new HashMap<>();
    private Path buildx;

    @BeforeEach
    void makeFolders() throws IOException {
        buildx = Files.createDirectories(home.resolve(".docker/buildx"));
        Files.createDirectories(buildx.resolve("instances"));
        Files.createDirectories(buildx.resolve("defaults"));
    }

    @Test
    void buildkitHostComesFirst() throws IOException {
        variables.put("BUILDKIT_HOST", "tcp://builder.example.com:1234");
        variables.put("BUILDX_BUILDER", "other");

        BuildKitAddress found = discover();

        assertThat(found).hasToString("tcp://builder.example.com:1234");
        assertThat(found.reason()).isEqualTo("BUILDKIT_HOST is set");
    }

    @Test
    void namedBuilderGoesBeforeTheCurrentOne() throws IOException {
        variables.put("BUILDX_BUILDER", "Named");
        builder("named", "remote", "tcp://named.example.com:1", "{}");
        builder("current", "remote", "tcp://current.example.com:1", "{}");
        current("current", "", true);

        BuildKitAddress found = discover();

        assertThat(found).hasToString("tcp://named.example.com:1");
        assertThat(found.reason()).contains("BUILDX_BUILDER is Named");
    }

    @Test
    void currentBuilderIsForItsEngineOrForAll() throws IOException {
        variables.put("DOCKER_HOST", ENGINE);
        builder("mine", "remote", "unix:///run/mine.sock", "null");

        current("mine", ENGINE, false);
        assertThat(discover()).hasToString("unix:///run/mine.sock");
        assertThat(discover().reason())
                .contains("buildx's current builder \"mine\"")
                .contains(buildx.toString());

        current("mine", "unix:///another", false);
        assertThat(discover()).hasToString("docker:" + ENGINE);

        current("mine", "unix:///another", true);
        assertThat(discover()).hasToString("unix:///run/mine.sock");
    }

    @Test
    void builderMayBeTheDefaultOfAnEngine() throws IOException {
        variables.put("DOCKER_CONTEXT", "far");
        builder("mine", "remote", "unix:///run/mine.sock", "null");
        String hash =
                Digest.sha256("far".getBytes(StandardCharsets.UTF_8)).hex().substring(0, 20);
        Files.writeString(buildx.resolve("defaults").resolve(hash), "mine");

        assertThat(discover()).hasToString("unix:///run/mine.sock");
    }

    @Test
    void currentBuilderThatWasRemovedGivesWayToTheEngine() throws IOException {
        variables.put("DOCKER_HOST", ENGINE);
        current("gone", ENGINE, false);

        BuildKitAddress found = discover();

        assertThat(found).hasToString("docker:" + ENGINE);
        assertThat(found.reason()).isEqualTo("DOCKER_HOST is set");
    }

    @Test
    void containersOfBuildxAreNamedAfterTheirNode() throws IOException {
        variables.put("BUILDX_BUILDER", "cont");
        builder("cont", "docker-container", ENGINE, "null");

        assertThat(discover()).hasToString("docker-container://buildx_buildkit_cont0");
    }

    @Test
    void buildxConfigSaysWhereBuildersAre() throws IOException {
        Path elsewhere =
                Files.createDirectories(home.resolve("elsewhere/instances")).getParent();
        Files.move(buildx.resolve("instances"), home.resolve("away"));
        variables.put("BUILDX_CONFIG", elsewhere.toString());
        buildx = elsewhere;
        builder("mine", "remote", "unix:///run/mine.sock", "null");
        current("mine", "", true);

        assertThat(discover()).hasToString("unix:///run/mine.sock");
    }

    @Test
    void remoteBuildersBringTheirCertificates() throws IOException {
        HeldCertificate certificate = new HeldCertificate.Builder().build();
        Path authority = Files.writeString(home.resolve("ca.pem"), certificate.certificatePem());
        Path key = Files.writeString(home.resolve("key.pem"), certificate.privateKeyPkcs8Pem());
        variables.put("BUILDX_BUILDER", "tls");
        builder(
                "tls",
                "remote",
                "tcp://builder.example.com:1234",
                "{\"cacert\":\"" + authority + "\",\"cert\":\"" + authority + "\",\"key\":\"" + key
                        + "\",\"servername\":\"other.example.com\"}");

        BuildKitAddress found = discover();

        assertThat(found.authority()).isEqualTo("other.example.com");
        assertThat(found.tls()).hasValueSatisfying(tls -> assertThat(tls).hasToString("mutual TLS"));
    }

    @Test
    void keyWithoutCertificateIsRefused() throws IOException {
        variables.put("BUILDX_BUILDER", "tls");
        builder("tls", "remote", "tcp://builder.example.com:1234", "{\"cacert\":\"/ca\",\"key\":\"/key\"}");

        assertThatThrownBy(this::discover)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("cert and key together");
    }

    @Test
    void missingCertificateFileIsNamed() throws IOException {
        variables.put("BUILDX_BUILDER", "tls");
        builder("tls", "remote", "tcp://builder.example.com:1234", "{\"cacert\":\"" + home.resolve("no.pem") + "\"}");

        assertThatThrownBy(this::discover).isInstanceOf(StorageException.class).hasMessageContaining("no.pem");
    }

    @Test
    void kubernetesIsRefusedByName() throws IOException {
        builder("kube", "kubernetes", "kubernetes:///kube", "{}");
        current("kube", "", true);

        assertThatThrownBy(this::discover)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("\"kube\"")
                .hasMessageContaining("\"kubernetes\"")
                .hasMessageContaining("docker-container");
    }

    @Test
    void unknownBuilderIsNotFound() {
        variables.put("BUILDX_BUILDER", "nobody");

        assertThatThrownBy(this::discover)
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("\"nobody\"")
                .hasMessageContaining(buildx.toString());
    }

    @Test
    void brokenStateIsRefused() throws IOException {
        Files.writeString(buildx.resolve("current"), "{");

        assertThatThrownBy(this::discover)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("current");
    }

    @Test
    void whereThereIsNothingTheErrorListsWhatWasTried() {
        assertThatThrownBy(this::discover)
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("BUILDKIT_HOST")
                .hasMessageContaining("BUILDX_BUILDER")
                .hasMessageContaining(buildx.toString())
                .hasMessageContaining("DOCKER_HOST")
                .hasMessageContaining("docker.sock");
    }

    private BuildKitAddress discover() {
        return BuildKitAddress.auto(new DockerEnvironment(variables, home, home.resolve("root")));
    }

    private void builder(String name, String driver, String endpoint, String options) throws IOException {
        Files.writeString(
                buildx.resolve("instances").resolve(name),
                "{\"Name\":\"" + name + "\",\"Driver\":\"" + driver + "\",\"Nodes\":[{\"Name\":\"" + name
                        + "0\",\"Endpoint\":\"" + endpoint + "\",\"Platforms\":null,\"DriverOpts\":" + options
                        + ",\"Flags\":null,\"Files\":null}],\"Dynamic\":false}");
    }

    private void current(String name, String engine, boolean global) throws IOException {
        Files.writeString(
                buildx.resolve("current"),
                "{\"Key\":\"" + engine + "\",\"Name\":\"" + name + "\",\"Global\":" + global + "}");
    }
}
