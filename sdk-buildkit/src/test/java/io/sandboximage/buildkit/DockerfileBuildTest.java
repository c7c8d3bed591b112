package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.store.ContentDestination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerfileBuildTest {
    @TempDir
    Path folder;

    private Path context;

    @BeforeEach
    void makeContext() throws IOException {
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\n");
    }

    @Test
    void optionsHaveTheNamesOfTheFrontend() {
        SolveRequest request = build().target("last")
                .platform(Platform.LINUX_AMD64)
                .platform(Platform.LINUX_ARM64)
                .buildArg("A", "b")
                .label("c", "d")
                .noCache(List.of("one", "two"))
                .pull()
                .network("host")
                .addHost("h", "1.2.3.4")
                .addHost("six", "[::1],10.0.0.1")
                .shmSize(65536)
                .ulimit("nofile", 10, 20)
                .ulimit("nproc=5")
                .cgroupParent("/g")
                .allow("security.insecure")
                .provenance("mode=max")
                .sbom("generator=image")
                .toRequest();

        assertThat(request.frontend()).isEqualTo("dockerfile.v0");
        assertThat(request.options())
                .contains(
                        entry("filename", "Dockerfile"),
                        entry("target", "last"),
                        entry("platform", "linux/amd64,linux/arm64"),
                        entry("build-arg:A", "b"),
                        entry("label:c", "d"),
                        entry("no-cache", "one,two"),
                        entry("image-resolve-mode", "pull"),
                        entry("force-network-mode", "host"),
                        entry("add-hosts", "h=1.2.3.4,six=::1,six=10.0.0.1"),
                        entry("shm-size", "65536"),
                        entry("ulimit", "nofile=10:20,nproc=5"),
                        entry("cgroup-parent", "/g"),
                        entry("attest:provenance", "mode=max"));
        assertThat(request.entitlements()).containsExactly("network.host", "security.insecure");
        assertThat(request.directories()).containsKeys("context", "dockerfile");
    }

    @Test
    void tagsAndAnnotationsGoToExportersOfImages() {
        SolveRequest request = build().tag("example.com/a:1")
                .tag("b")
                .annotation(Annotation.of("k", "v"))
                .export(BuildExport.image())
                .export(BuildExport.directory(folder.resolve("out")))
                .toRequest();

        assertThat(request.exports().get(0).attributes())
                .containsOnly(entry("name", "example.com/a:1,b"), entry("annotation-manifest.k", "v"));
        assertThat(request.exports().get(1).attributes()).isEmpty();
    }

    @Test
    void pushWithoutTagIsRefused() {
        DockerfileBuild push = build().export(BuildExport.image().attribute("push", "true"));

        assertThatThrownBy(push::toRequest)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("needs a tag");
        assertThatCode(push.tag("example.com/a:1")::toRequest).doesNotThrowAnyException();
    }

    @Test
    void syntaxArgumentChoosesTheFrontend() {
        SolveRequest external =
                build().buildArg("BUILDKIT_SYNTAX", "example.com/f:1 x").toRequest();
        SolveRequest own = build().buildArg("BUILDKIT_SYNTAX", "dockerfile.v0").toRequest();

        assertThat(external.frontend()).isEqualTo("gateway.v0");
        assertThat(external.options())
                .contains(entry("source", "example.com/f:1"), entry("cmdline", "example.com/f:1 x"));
        assertThat(own.frontend()).isEqualTo("dockerfile.v0");
        assertThat(own.options()).containsKey("cmdline").doesNotContainKey("source");
        assertThatThrownBy(build().buildArg("BUILDKIT_SYNTAX", " ")::toRequest)
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void inlineCacheArgumentExportsInlineCache() {
        assertThat(build().buildArg("BUILDKIT_INLINE_CACHE", "1").toRequest().cacheExports())
                .containsExactly(CacheOption.inline());
        assertThat(build().buildArg("BUILDKIT_INLINE_CACHE", "0").toRequest().cacheExports())
                .isEmpty();
    }

    @Test
    void remoteContextIsLeftToTheDaemon() {
        SolveRequest request = DockerfileBuild.of("https://example.com/repo.git#main:sub")
                .dockerfileInContext("other")
                .toRequest();

        assertThat(request.options())
                .containsOnly(entry("context", "https://example.com/repo.git#main:sub"), entry("filename", "other"));
        assertThat(request.directories()).isEmpty();
    }

    @Test
    void localDockerfileGoesWithARemoteContext() {
        SolveRequest request = DockerfileBuild.of("git@example.com:a/b.git")
                .dockerfile(context.resolve("Dockerfile"))
                .toRequest();

        assertThat(request.options()).contains(entry("dockerfilekey", "dockerfile"));
        assertThat(request.directories()).containsOnlyKeys("dockerfile");
    }

    @Test
    void gitQueriesNeedAFrontendThatKnowsThem() {
        assertThat(DockerfileBuild.of("https://example.com/repo.git?tag=v1")
                        .toRequest()
                        .options())
                .contains(entry("frontend.caps", "moby.buildkit.frontend.gitquerystring"));
    }

    @Test
    void namedContextsOfAllKinds() throws IOException {
        Path layout = folder.resolve("layout");
        Descriptor manifest = layoutWith(layout, "v1");

        SolveRequest request = build().context("docker.io/library/alpine:latest", "docker-image://example.com/x")
                .context("src", context.toString())
                .context("context", context)
                .context("repo", "https://example.com/r.git")
                .context("base", "oci-layout://" + layout + ":v1")
                .context("only", "oci-layout://" + layout)
                .contextOfLayout("pinned", layout, manifest.digest())
                .toRequest();

        assertThat(request.options())
                .contains(
                        entry("context:alpine", "docker-image://example.com/x"),
                        entry("context:src", "local:src"),
                        entry("context:context", "local:_context"),
                        entry("context:repo", "https://example.com/r.git"),
                        entry("context:base", "oci-layout://layout0@" + manifest.digest()),
                        entry("context:only", "oci-layout://layout1@" + manifest.digest()),
                        entry("context:pinned", "oci-layout://layout2@" + manifest.digest()),
                        entry("frontend.caps", "moby.buildkit.frontend.contexts+forward"));
        assertThat(request.directories()).containsKeys("src", "_context");
        assertThat(request.layouts()).containsOnlyKeys("layout0", "layout1", "layout2");
    }

    @Test
    void contextsThatAreNotThereAreRefused() throws IOException {
        Path layout = folder.resolve("layout");
        layoutWith(layout, "v1");
        Digest absent = Digest.sha256(new byte[0]);

        assertRefused(DockerfileBuild.of(folder.resolve("nowhere")), "does not exist");
        assertRefused(DockerfileBuild.of(context.resolve("Dockerfile")), "no directory");
        assertRefused(build().context("x", folder.resolve("nowhere")), "\"x\"");
        assertRefused(build().context("x", "oci-layout://" + layout + ":v2"), "v2");
        assertRefused(build().context("x", "oci-layout://" + layout + "@" + absent), absent.toString());
        assertRefused(build().context("x", "oci-layout://" + folder.resolve("nowhere")), "nowhere");
        assertThatThrownBy(() -> build().context("Upper Case", context)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void dockerfilesThatTheDaemonCannotReadAreRefused() throws IOException {
        Files.createSymbolicLink(context.resolve("out"), Path.of("../elsewhere"));
        Files.writeString(folder.resolve("elsewhere"), "FROM scratch\n");
        Files.createDirectory(context.resolve("sub"));

        assertRefused(build().dockerfile(context.resolve("missing")), "does not exist");
        assertRefused(build().dockerfile(context.resolve("sub")), "is a directory");
        assertRefused(build().dockerfile(context.resolve("out")), "symbolic link");
    }

    @Test
    void dockerfilesBehindLinksInsideAndInLowerCaseAreTaken() throws IOException {
        Files.createSymbolicLink(context.resolve("link"), Path.of("again"));
        Files.createSymbolicLink(context.resolve("again"), Path.of("/Dockerfile"));
        Path lower = Files.createDirectory(folder.resolve("lower"));
        Files.writeString(lower.resolve("dockerfile"), "FROM scratch\n");

        assertThatCode(build().dockerfile(context.resolve("link"))::toRequest).doesNotThrowAnyException();
        assertThatCode(DockerfileBuild.of(lower)::toRequest).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"h=", "h=1.2.3", "=1.2.3.4", "h=name", "h=1.2.3.4,host-gateway", "h=256.1.1.1"})
    void hostsThatAreNoneAreRefused(String text) {
        String[] parts = text.split("=", 2);

        assertThatThrownBy(() -> build().addHost(parts[0], parts[1]))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("IP address");
    }

    @Test
    void valuesThatCannotBeAreRefused() {
        assertThatThrownBy(() -> build().tag("a@sha256:" + "0".repeat(64))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().tag("UPPER")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().network("bridge")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().ulimit("nofile")).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().shmSize(0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().noCache(List.of())).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> build().provenance("mode")).isInstanceOf(InvalidRequestException.class);
    }

    private DockerfileBuild build() {
        return DockerfileBuild.of(context);
    }

    private static void assertRefused(DockerfileBuild build, String message) {
        assertThatThrownBy(build::toRequest)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(message);
    }

    private static Descriptor layoutWith(Path layout, String tag) {
        Manifest manifest = Manifest.create(
                Descriptor.of(MediaTypes.OCI_EMPTY, "{}".getBytes(StandardCharsets.UTF_8)), List.of(), Map.of());
        try (ContentDestination destination = OciLayout.destination(layout, Optional.of(tag))) {
            destination.commit(manifest.descriptor(), manifest.bytes());
        }
        try (ImageSource image = OciLayout.source(layout, tag)) {
            return image.descriptor();
        }
    }
}
