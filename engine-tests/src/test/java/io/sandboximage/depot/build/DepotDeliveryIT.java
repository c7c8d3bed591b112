package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.docker.LoadStrategy;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where images of Depot's machines go: a real engine, registries that want passwords, and back. */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.RUNC,
    Engine.OPENSSL,
    Engine.DOCKER_REGISTRY,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.BUSYBOX_STATIC
})
class DepotDeliveryIT {
    @TempDir
    static Path folder;

    private static DepotLab lab;
    private static DockerProcess docker;
    private static DockerEngine engine;

    @BeforeAll
    static void start() {
        lab = DepotLab.start(folder);
        docker = DockerProcess.startOnHostNetwork(
                DockerProcess.Kind.V28_CLASSIC,
                DepotLab.directory(folder, "docker"),
                "--insecure-registry",
                lab.registry.address());
        engine = DockerEngine.at(DockerHost.unix(docker.socket()));
    }

    @AfterAll
    static void stop() {
        engine.close();
        docker.close();
        lab.close();
    }

    @AfterEach
    void nothingIsLeft() {
        lab.emulator.loadUsingRegistry(false);
        assertThat(lab.machine.openLeases()).isEmpty();
        assertThat(docker.docker("ps", "-aq").run().orFail().output()).isBlank();
    }

    @Test
    void onlyNewLayersTravelIntoTheEngine() throws IOException {
        Path context = lab.context("delta", 4, "one");
        LoadReport first = load(context, "delta:1");
        assertThat(first.layersSent()).isEqualTo(4);
        Files.writeString(context.resolve("last"), "two");
        LoadReport second = load(context, "delta:1");
        assertThat(second.strategy()).isEqualTo(LoadStrategy.DELTA_ARCHIVE);
        assertThat(second.layersSent()).isEqualTo(1);
        assertThat(second.layersPresent()).isEqualTo(3);
        assertThat(load(context, "delta:2").strategy()).isEqualTo(LoadStrategy.SKIP);
        assertThat(id("delta:2")).isEqualTo(id("delta:1")).isEqualTo(second.id().toString());
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void loadedImageRuns() throws IOException {
        Path context = DepotLab.directory(folder, "running");
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        context.resolve("busybox").toFile().setExecutable(true);
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY busybox /busybox\nRUN [\"/busybox\", \"sh\", \"-c\", \"echo made > /made\"]\n");
        load(context, "running:1");
        assertThat(docker.docker("run", "--rm", "--network=none", "running:1", "/busybox", "cat", "/made")
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("made\n");
    }

    @Test
    void loadsThroughTheRegistryWhereDepotAsksForThat() throws IOException {
        lab.emulator.loadUsingRegistry(true);
        Path context = lab.context("by-registry", 2, "one");
        LoadReport report = load(context, "by-registry:1");
        assertThat(id("by-registry:1")).isEqualTo(report.id().toString());
        assertThat(lab.lastSolve().attributes())
                .containsEntry(
                        "name", lab.registry.address() + "/prj1:" + lab.last().id())
                .containsEntry("push", "true")
                .containsEntry("depot.export.lease", "true")
                .containsEntry("oci-mediatypes", "true")
                .containsEntry("depot.export.image.version", "2");
        List<String> order =
                lab.emulator.calls().stream().map(DepotCall::method).toList();
        assertThat(order.lastIndexOf("GetPullInfo")).isGreaterThan(order.lastIndexOf("CreateBuild"));
        assertThat(lab.emulator.calls("GetPullInfo"))
                .allMatch(call -> call.token().orElseThrow().equals(DepotLab.TOKEN));
    }

    @Test
    void savesPushesAndLoadsInOneBuild() throws IOException {
        String tag = lab.registry.address() + "/team/app:1";
        DepotOutput all = DepotOutput.none()
                .tag(tag)
                .pushed()
                .savedAs("kept")
                .savedAs("kept-too")
                .loadedInto(engine);
        DepotBuildResult result = lab.build(lab.context("all", 2, "one"), all);
        assertThat(result.savedAs())
                .containsExactly(
                        lab.registry.address() + "/prj1:" + result.buildId(),
                        lab.registry.address() + "/prj1:kept",
                        lab.registry.address() + "/prj1:kept-too");
        assertThat(id(tag)).isEqualTo(result.load().orElseThrow().id().toString());
        try (RegistryClient registries = lab.registries()) {
            for (String name :
                    List.of(tag, result.savedAs().get(0), result.savedAs().get(2))) {
                try (ImageSource pulled = registries.source(ImageReference.parse(name))) {
                    assertThat(pulled.descriptor().digest())
                            .isEqualTo(result.descriptor().orElseThrow().digest());
                }
            }
        }
    }

    @Test
    void secondClientFindsEveryStepCached() throws IOException {
        Path context = lab.context("cached", 3, "one");
        DepotBuildResult first = lab.build(context, DepotOutput.none().saved());
        DepotBuildResult second;
        DepotAccess grpc = lab.access().protocol(DepotAccess.Protocol.GRPC);
        try (DepotBuilder other =
                DepotBuilder.of(grpc).project(DepotLab.PROJECT).credentials(lab.credentials())) {
            second = DepotLab.build(other, context, DepotOutput.none().saved());
        }
        assertThat(second.buildId()).isNotEqualTo(first.buildId());
        assertThat(second.descriptor()).isEqualTo(first.descriptor());
        try (DepotBuilds builds = DepotBuilds.of(lab.access())) {
            List<DepotBuildStep> steps = builds.get(second.buildId()).steps();
            assertThat(steps)
                    .filteredOn(step -> step.name().startsWith("[")
                            && !step.name().startsWith("[internal]")
                            && !step.name().startsWith("[depot]"))
                    .hasSize(3)
                    .allMatch(DepotBuildStep::cached);
        }
    }

    private static LoadReport load(Path context, String tag) {
        return lab.build(context, DepotOutput.none().tag(tag).loadedInto(engine))
                .load()
                .orElseThrow();
    }

    private static String id(String tag) {
        return docker.docker("image", "inspect", "-f", "{{.Id}}", tag)
                .run()
                .orFail()
                .output()
                .strip();
    }
}
