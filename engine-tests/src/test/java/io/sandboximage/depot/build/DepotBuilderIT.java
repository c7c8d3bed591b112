package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Builds of ours through the emulator, on real machines behind mutual TLS. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY})
class DepotBuilderIT {
    private static final String TOKEN = "organization-token";

    @TempDir
    static Path folder;

    private static DepotEmulator emulator;
    private static DepotMachine amd64;
    private static DepotMachine arm64;
    private static RegistryProcess registry;
    private static Path context;

    @BeforeAll
    static void start() throws IOException {
        amd64 = DepotMachine.start(Files.createDirectory(folder.resolve("amd64")));
        arm64 = DepotMachine.start(
                Files.createDirectory(folder.resolve("arm64")), "--oci-worker-platform", "linux/arm64");
        registry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")), "x-token", "pull-token");
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .registry(new DepotBackingRegistry(registry.address(), "x-token", "pull-token"))
                .machine(Platform.LINUX_AMD64, amd64)
                .machine(Platform.LINUX_ARM64, arm64);
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /in-image\n");
    }

    @AfterAll
    static void stop() {
        emulator.close();
        registry.close();
        amd64.close();
        arm64.close();
    }

    @AfterEach
    void calmDown() {
        emulator.pending(2, Duration.ofMillis(50)).cancelsAt(Optional.empty()).token(TOKEN);
    }

    @ParameterizedTest
    @EnumSource(DepotAccess.Protocol.class)
    void buildsAnImageOverEitherProtocol(DepotAccess.Protocol protocol) {
        try (DepotBuilder builder = builder(access().protocol(protocol));
                ImageSource image = builder.build(
                        BuildRequest.dockerfile(context, "Dockerfile").platform(Platform.LINUX_AMD64),
                        ProgressTask.silent())) {
            assertThat(image.image(Platform.LINUX_AMD64).layers()).hasSize(1);
        }
        assertThat(last().outcomes()).containsExactly("success");
        assertThat(last().healthReports()).containsOnlyKeys("linux/amd64");
        assertThat(last().statusMessages()).isPositive();
    }

    @Test
    void usesTheTokenOfTheBuildForWhatBelongsToIt() {
        build(DepotOutput.none());
        for (String method : List.of("FinishBuild", "GetBuildKitConnection", "ReportBuildHealth")) {
            List<DepotCall> calls = emulator.calls(method);
            assertThat(calls.get(calls.size() - 1).token()).contains("build-token-of-" + last().id());
        }
        assertThat(emulator.calls("CreateBuild")).allMatch(call -> call.token().equals(Optional.of(TOKEN)));
    }

    @Test
    void savesInDepotsRegistryAndPullsItBack() {
        DepotBuildResult result = build(DepotOutput.none().saved().savedAs("kept"));
        assertThat(result.savedAs()).hasSize(2);
        try (RegistryClient registries = registries();
                ImageSource pulled = registries.source(ImageReference.parse(registry.address() + "/prj1:kept"))) {
            assertThat(pulled.descriptor().digest())
                    .isEqualTo(result.descriptor().orElseThrow().digest());
        }
    }

    @Test
    void secondBuildOfAnotherClientIsCached() {
        String tag = registry.address() + "/cached:1";
        DepotBuildResult first = build(DepotOutput.none().tag(tag).pushed());
        DepotBuildResult second = build(DepotOutput.none().tag(tag).pushed());
        assertThat(second.buildId()).isNotEqualTo(first.buildId());
        assertThat(second.descriptor()).isEqualTo(first.descriptor());
    }

    @Test
    void compressesWhatItSaysToMachinesThatWishIt() {
        emulator.compressing(true);
        try {
            assertThat(build(DepotOutput.none().saved()).descriptor()).isPresent();
        } finally {
            emulator.compressing(false);
        }
    }

    @Test
    void twoMachinesBuildOneIndex() {
        String tag = registry.address() + "/both:1";
        try (DepotBuilder builder = builder(access());
                RegistryClient registries = registries()) {
            DepotBuildResult result = builder.build(
                    DockerfileBuild.of(context),
                    List.of(Platform.LINUX_AMD64, Platform.LINUX_ARM64),
                    DepotOutput.none().tag(tag).pushed(),
                    ProgressTask.silent());
            assertThat(result.solves()).containsOnlyKeys(Platform.LINUX_AMD64, Platform.LINUX_ARM64);
            try (ImageSource pulled = registries.source(ImageReference.parse(tag))) {
                assertThat(pulled.descriptor().digest())
                        .isEqualTo(result.descriptor().orElseThrow().digest());
                assertThat(pulled.image(Platform.LINUX_ARM64).config().platform())
                        .isEqualTo(Platform.LINUX_ARM64);
                assertThat(pulled.image(Platform.LINUX_AMD64).layers()).hasSize(1);
            }
        }
        assertThat(last().outcomes()).containsExactly("success");
        assertThat(last().healthReports()).containsOnlyKeys("linux/amd64", "linux/arm64");
    }

    @Test
    void exportsFiles() {
        Path out = folder.resolve("out");
        build(DepotOutput.none().exported(BuildExport.directory(out)));
        assertThat(out.resolve("in-image")).exists();
    }

    @Test
    void failedStepIsTheOutcomeOfTheBuild() throws IOException {
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.writeString(broken.resolve("Dockerfile"), "FROM scratch\nCOPY missing /\n");
        try (DepotBuilder builder = builder(access())) {
            assertThatThrownBy(() -> builder.build(
                            DockerfileBuild.of(broken),
                            List.of(Platform.LINUX_AMD64),
                            DepotOutput.none(),
                            ProgressTask.silent()))
                    .isInstanceOf(BuildFailedException.class)
                    .hasMessageContaining("missing");
        }
        assertThat(last().outcomes()).singleElement().asString().contains("missing");
    }

    @Test
    void machineThatNeverComesEndsTheBuildInTime() {
        emulator.pending(Integer.MAX_VALUE, Duration.ofMillis(50));
        try (DepotBuilder builder = builder(access()).acquireLimit(Duration.ofMillis(300))) {
            assertThatThrownBy(() -> build(builder, DepotOutput.none()))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining(last().id());
        }
        assertThat(last().outcomes()).singleElement().asString().startsWith("error: ");
    }

    @Test
    void interruptWhileWaitingForAMachineCancelsTheBuild() throws InterruptedException {
        emulator.pending(Integer.MAX_VALUE, Duration.ofMillis(50));
        int polls = emulator.calls("GetBuildKitConnection").size();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                build(DepotOutput.none());
            } catch (CancelledException e) {
                thrown.set(e);
            } finally {
                ended.countDown();
            }
        });
        thread.start();
        while (emulator.calls("GetBuildKitConnection").size() <= polls) {
            Thread.onSpinWait();
        }
        thread.interrupt();
        ended.await();
        assertThat(thrown.get()).isInstanceOf(CancelledException.class);
        assertThat(last().outcomes()).containsExactly("canceled");
    }

    @Test
    void endThatDepotWishedBeforeThereWasAMachineIsRemembered() {
        emulator.cancelsAt(Optional.of(Instant.EPOCH)).pending(3, Duration.ofMillis(200));
        assertThatThrownBy(() -> build(DepotOutput.none()))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("Depot ended the build");
        assertThat(last().outcomes()).containsExactly("canceled");
    }

    @Test
    void refusalsKeepTheWordsOfTheService() {
        try (DepotBuilder other = builder(access()).project("foreign")) {
            assertThatThrownBy(() -> build(other, DepotOutput.none()))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("Project not found");
        }
        try (DepotBuilder stranger = builder(access().tokens(TokenProvider.of("expired-secret")))) {
            assertThatThrownBy(() -> build(stranger, DepotOutput.none()))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("Invalid token")
                    .hasMessageNotContaining("expired-secret");
        }
        emulator.refuseNext("CreateBuild", "resource_exhausted", "slow down");
        assertThatThrownBy(() -> build(DepotOutput.none()))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("slow down");
        emulator.answerNext("CreateBuild", 502, "<html>bad gateway</html>");
        assertThatThrownBy(() -> build(DepotOutput.none()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("502");
    }

    @Test
    void faultsBesideTheBuildDoNotFailIt() {
        emulator.refuseNext("ReportStatusStream", "unavailable", "deploying")
                .refuseNext("ReportBuildHealth", "internal", "oops")
                .answerNext("GetBuildKitConnection", 502, "<html>bad gateway</html>")
                .refuseNext("FinishBuild", "unavailable", "deploying");
        assertThat(build(DepotOutput.none().saved()).descriptor()).isPresent();
    }

    private static DepotAccess access() {
        return DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url());
    }

    private static DepotBuilder builder(DepotAccess access) {
        return DepotBuilder.of(access)
                .project("prj1")
                .credentials(CredentialProvider.of(registry.address(), Credentials.basic("x-token", "pull-token")));
    }

    private static DepotBuildResult build(DepotOutput output) {
        try (DepotBuilder builder = builder(access())) {
            return build(builder, output);
        }
    }

    private static DepotBuildResult build(DepotBuilder builder, DepotOutput output) {
        return builder.build(DockerfileBuild.of(context), List.of(Platform.LINUX_AMD64), output, ProgressTask.silent());
    }

    private static RegistryClient registries() {
        return RegistryClient.builder()
                .credentials(CredentialProvider.of(registry.address(), Credentials.basic("x-token", "pull-token")))
                .build();
    }

    private static DepotBuildReport last() {
        List<DepotBuildReport> builds = emulator.builds();
        return builds.get(builds.size() - 1);
    }
}
