package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.internal.engine.EngineBuildKit;
import io.sandboximage.buildkit.internal.proto.Exporter;
import io.sandboximage.buildkit.internal.proto.SolveRequest;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against workers of all kinds; the engine itself is not there. */
class EngineRulesTest {
    private static final String SNAPSHOTTER = "org.mobyproject.buildkit.worker.snapshotter";

    @Test
    void imagesGoIntoTheEngine() {
        SolveRequest adapted = classic().adapt(request("image", Map.of()));

        assertThat(adapted.getExporters(0).getType()).isEqualTo("moby");
        assertThat(adapted.getExporterDeprecated()).isEqualTo("moby");
    }

    @Test
    void baseImagesOfTheEngineAreUsedUnlessThePullIsAskedFor() {
        assertThat(classic().adapt(request("local", Map.of())).getFrontendAttrsOrThrow("image-resolve-mode"))
                .isEqualTo("local");
        assertThat(classic()
                        .adapt(request("local", Map.of("image-resolve-mode", "pull")))
                        .getFrontendAttrsOrThrow("image-resolve-mode"))
                .isEqualTo("pull");
    }

    @Test
    void classicStoresRefuseWhatTheyWouldLeaveOut() {
        SolveRequest push = SolveRequest.newBuilder()
                .addExporters(Exporter.newBuilder().setType("image").putAttrs("push", "true"))
                .build();

        refuses(push, "cannot push");
        refuses(request("oci", Map.of()), "export \"oci\"");
        refuses(request("image", Map.of("platform", "linux/amd64,linux/arm64")), "several platforms");
        refuses(request("local", Map.of("attest:provenance", "mode=max")), "attestations (provenance)");
    }

    @Test
    void classicStoresTakeTheRest() {
        SolveRequest noPush = SolveRequest.newBuilder()
                .addExporters(Exporter.newBuilder().setType("image").putAttrs("push", "false"))
                .build();

        assertThat(classic().adapt(noPush).getExporters(0).getType()).isEqualTo("moby");
        assertThat(classic().adapt(request("tar", Map.of())).getExporters(0).getType())
                .isEqualTo("tar");
    }

    @Test
    void containerdStoresTakeAll() {
        EngineRules rules = rules(Map.of(SNAPSHOTTER, "overlayfs"));

        assertThat(rules.classicStore()).isFalse();
        assertThat(rules.adapt(request("oci", Map.of("attest:sbom", "")))
                        .getExporters(0)
                        .getType())
                .isEqualTo("oci");
    }

    private static void refuses(SolveRequest request, String what) {
        assertThatThrownBy(() -> classic().adapt(request))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("docker:unix:///run/docker.sock")
                .hasMessageContaining("classic store")
                .hasMessageContaining(what)
                .hasMessageContaining("containerd image store");
    }

    private static EngineRules classic() {
        return rules(Map.of());
    }

    private static EngineRules rules(Map<String, String> labels) {
        EngineBuildKit nobody = new EngineBuildKit("docker:nobody", "localhost", protocol -> {
            throw new IOException("nobody is there");
        });
        return new EngineRules(
                BuildKitAddress.docker(DockerHost.unix(Path.of("/run/docker.sock"))),
                nobody,
                () -> List.of(new BuildKitWorker("moby", labels, List.of())));
    }

    private static SolveRequest request(String exporter, Map<String, String> options) {
        return SolveRequest.newBuilder()
                .setFrontend("dockerfile.v0")
                .addExporters(Exporter.newBuilder().setType(exporter))
                .setExporterDeprecated(exporter)
                .putAllFrontendAttrs(options)
                .build();
    }
}
