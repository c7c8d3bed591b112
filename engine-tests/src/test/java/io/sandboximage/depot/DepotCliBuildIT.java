package io.sandboximage.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the vendor's command line builds, where its images go, and how it gets them back: real machines, registry and engine. */
@RequiresEngine({
    Engine.DEPOT_CLI,
    Engine.BUILDKITD,
    Engine.RUNC,
    Engine.OPENSSL,
    Engine.DOCKER_REGISTRY,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI
})
class DepotCliBuildIT {
    private static final String TOKEN = "organization-token";

    @TempDir
    static Path folder;

    private static DepotEmulator emulator;
    private static DepotMachine amd64;
    private static DepotMachine arm64;
    private static RegistryProcess depots;
    private static RegistryProcess others;
    private static DockerProcess docker;
    private static Path context;
    private static RegistryClient registries;

    @BeforeAll
    static void start() throws IOException {
        docker = DockerProcess.startOnHostNetwork(DockerProcess.Kind.V28_CLASSIC, make("docker"));
        amd64 = DepotMachine.start(make("amd64"));
        arm64 = DepotMachine.start(make("arm64"), "--oci-worker-platform", "linux/arm64");
        depots = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("depots"), "x-token", "pull-token");
        others = RegistryProcess.startWithBasicAuth(Engine.DOCKER_REGISTRY, make("others"), "me", "hush-hush");
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .registry(new DepotBackingRegistry(depots.address(), "x-token", "pull-token"))
                .machine(Platform.LINUX_AMD64, amd64)
                .machine(Platform.LINUX_ARM64, arm64);
        context = make("context");
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /in-image\n");
        registries = RegistryClient.builder()
                .credentials(CredentialProvider.of(depots.address(), Credentials.basic("x-token", "pull-token"))
                        .or(CredentialProvider.of(others.address(), Credentials.basic("me", "hush-hush"))))
                .build();
    }

    private static Path make(String name) throws IOException {
        return Files.createDirectory(folder.resolve(name));
    }

    @AfterAll
    static void stop() {
        registries.close();
        emulator.close();
        others.close();
        depots.close();
        arm64.close();
        amd64.close();
        docker.close();
    }

    @Test
    void pushesWithCredentialsOfDocker() throws IOException {
        String tag = others.address() + "/vendor/pushed";
        depot("build", "--project", "prj1", "--push", "-t", tag + ":1", "-t", tag + ":2", context);
        assertThat(registries.repository(ImageReference.parse(tag)).tags()).contains("1", "2");
        assertThat(last().outcomes()).containsExactly("success");
    }

    @Test
    void compressesWhatItSaysToMachinesThatWishIt() throws IOException {
        emulator.compressing(true);
        try {
            depot("build", "--project", "prj1", "--no-cache", "--save", context);
        } finally {
            emulator.compressing(false);
        }
        assertThat(last().outcomes()).containsExactly("success");
    }

    @Test
    void savesAndPushesAtOnce() throws IOException {
        String tag = others.address() + "/vendor/both:1";
        depot("build", "--project", "prj1", "--push", "--save", "-t", tag, context);
        try (ImageSource pushed = registries.source(ImageReference.parse(tag));
                ImageSource saved =
                        registries.source(ImageReference.parse(depots.address() + "/prj1:" + last().id()))) {
            assertThat(pushed.descriptor()).isEqualTo(saved.descriptor());
        }
    }

    @Test
    void joinsTheImagesOfTwoMachines() throws IOException {
        String tag = others.address() + "/vendor/platforms:1";
        vendor().env("DEPOT_BUILD_PLATFORM", "")
                .command("build", "--project", "prj1", "--platform", "linux/amd64,linux/arm64")
                .with("--push", "-t", tag, context)
                .run()
                .orFail();
        try (ImageSource pushed = registries.source(ImageReference.parse(tag))) {
            assertThat(pushed.image(Platform.LINUX_AMD64).layers()).hasSize(1);
            assertThat(pushed.image(Platform.LINUX_ARM64).config().platform()).isEqualTo(Platform.LINUX_ARM64);
        }
        assertThat(last().healthReports()).containsOnlyKeys("linux/amd64", "linux/arm64");
    }

    @Test
    void loadsIntoTheEngine() throws IOException {
        CommandResult built = depot("build", "--project", "prj1", "--load", "-t", "vendor-loaded:1", context);
        assertThat(images()).contains("vendor-loaded:1");
        assertThat(last().outcomes()).containsExactly("success");
        // BuildKit as it comes does not export as Depot's does, so the quick way is not open.
        assertThat(built.errors()).contains("fast load failed; retrying");
    }

    @Test
    void loadsByWayOfTheRegistryWhereDepotWishesThat() throws IOException {
        emulator.loadUsingRegistry(true);
        try {
            depot("build", "--project", "prj1", "--load", "-t", "vendor-by-registry:1", context);
        } finally {
            emulator.loadUsingRegistry(false);
        }
        assertThat(images()).contains("vendor-by-registry:1");
        assertThat(emulator.calls("GetPullInfo")).isNotEmpty();
    }

    @Test
    void pullsWhatItSaved() throws IOException {
        depot("build", "--project", "prj1", "--save", "--save-tag", "kept", "-t", "vendor-pulled:1", context);
        String build = last().id();
        depot("pull", build);
        assertThat(images()).contains("vendor-pulled:1");
        depot("pull", "prj1:kept", "-t", "vendor-by-tag:1");
        assertThat(images()).contains("vendor-by-tag:1");
        assertThat(vendor().command("pull", "prj1:missing").run().exitCode()).isEqualTo(1);
    }

    @Test
    void pullsTargetsOfABake() throws IOException {
        Path bake = folder.resolve("docker-bake.hcl");
        Files.writeString(bake, """
            group "default" { targets = ["a", "b"] }
            target "a" { dockerfile = "Dockerfile" }
            target "b" { dockerfile = "Dockerfile" }
            """);
        vendor().command("bake", "--project", "prj1", "-f", bake, "--save")
                .in(context)
                .run()
                .orFail();
        depot("pull", last().id(), "--target", "b", "-t", "vendor-bake:1");
        assertThat(images()).contains("vendor-bake:1");
        assertThat(vendor().command("pull", last().id(), "--target", "c").run().errors())
                .contains("target c not found");
    }

    @Test
    void refusesWhatWasNotSavedAndPlatformsThatAreNone() throws IOException {
        depot("build", "--project", "prj1", context);
        assertThat(vendor().command("pull", last().id()).run().errors()).contains("is not a saved build");
        int builds = emulator.builds().size();
        assertThat(vendor().command("build", "--project", "prj1", "--build-platform", "linux/riscv64", context)
                        .run()
                        .errors())
                .contains("invalid build platform");
        assertThat(emulator.builds()).hasSize(builds);
    }

    private static List<String> images() {
        return docker.docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
                .run()
                .orFail()
                .output()
                .lines()
                .toList();
    }

    private static DepotBuildReport last() {
        List<DepotBuildReport> builds = emulator.builds();
        return builds.get(builds.size() - 1);
    }

    private static CommandResult depot(Object... arguments) throws IOException {
        return vendor().command(arguments).run().orFail();
    }

    private static VendorCli vendor() throws IOException {
        return VendorCli.of(emulator.url(), TOKEN, Files.createTempDirectory(folder, "home"))
                .loggedIn(others.address(), "me", "hush-hush")
                .env("DOCKER_HOST", docker.address());
    }
}
