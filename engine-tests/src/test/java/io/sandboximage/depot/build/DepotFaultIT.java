package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotHold;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong at Depot, and what is left of it here: nothing. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY, Engine.BUSYBOX_STATIC})
class DepotFaultIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_NANOS = 10_000_000;

    @TempDir
    static Path folder;

    private static final List<Thread> started = new ArrayList<>();
    private static DepotLab lab;
    private static Path quick;
    private static Path endless;

    @BeforeAll
    static void start() throws IOException {
        lab = DepotLab.start(folder);
        quick = lab.context("quick", 1, "quick");
        endless = DepotLab.directory(folder, "endless");
        Files.copy(Engine.BUSYBOX_STATIC.path(), endless.resolve("busybox"));
        endless.resolve("busybox").toFile().setExecutable(true);
        Files.writeString(
                endless.resolve("Dockerfile"),
                "FROM scratch\nCOPY busybox /busybox\nARG RUN\n"
                        + "RUN [\"/busybox\", \"sh\", \"-c\", \"/busybox sleep 1000\"]\n");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @AfterEach
    void nothingIsLeft() {
        started.forEach(Thread::interrupt);
        started.clear();
        lab.emulator
                .pending(1, Duration.ofMillis(50))
                .cancelsAt(Optional.empty())
                .buildTimeout(Duration.ofMinutes(5));
        await("the connections to the machine to close", () -> lab.machine.connections() == 0);
        await("the threads of the build to end", () -> threads().isEmpty());
    }

    @Test
    void cancelWhileTheBuildIsBegunEndsItAsSoonAsItIsKnown() throws InterruptedException {
        try (DepotHold create = lab.emulator.holdNext("CreateBuild")) {
            Interrupted build = new Interrupted(quick);
            create.awaitCall(LIMIT);
            build.thread.interrupt();
            await("the interrupt to be seen", () -> !build.thread.isInterrupted());
            create.release();
            assertThat(build.end()).isInstanceOf(CancelledException.class);
        }
        await("the build's end", () -> !lab.last().outcomes().isEmpty());
        assertThat(lab.last().outcomes()).containsExactly("canceled");
    }

    @Test
    void cancelWhileWaitingForAMachine() throws InterruptedException {
        try (DepotHold connection = lab.emulator.holdNext("GetBuildKitConnection")) {
            Interrupted build = new Interrupted(quick);
            connection.awaitCall(LIMIT);
            build.thread.interrupt();
            assertThat(build.end()).isInstanceOf(CancelledException.class);
        }
        assertThat(lab.last().outcomes()).containsExactly("canceled");
    }

    @Test
    void cancelWhileAStepRuns() throws InterruptedException {
        Interrupted build = new Interrupted(endless);
        build.awaitStep();
        build.thread.interrupt();
        assertThat(build.end()).isInstanceOf(CancelledException.class);
        assertThat(lab.last().outcomes()).containsExactly("canceled");
    }

    @Test
    void cancelOfTheHandleEndsABuildInTheBackground() {
        try (DepotBuilder builder = lab.builder();
                DepotRunningBuild build = builder.start(
                        DockerfileBuild.of(endless), List.of(), DepotOutput.none(), ProgressTask.silent())) {
            assertThat(build.handle().id()).isEqualTo(lab.last().id());
            assertThat(build.handle().url()).isPresent();
            await("the step to begin", () -> runs(build.handle().id()));
            assertThat(build.handle().status().state()).isEqualTo(DepotBuildInfo.State.RUNNING);
            build.cancel();
            assertThatThrownBy(build::result).isInstanceOf(CancelledException.class);
            assertThat(build.done()).isTrue();
            assertThat(build.handle().status().state()).isEqualTo(DepotBuildInfo.State.CANCELED);
        }
    }

    @Test
    void cancelWhileTheEndIsToldChangesNothing() throws InterruptedException {
        try (DepotHold finish = lab.emulator.holdNext("FinishBuild")) {
            Interrupted build = new Interrupted(quick);
            finish.awaitCall(LIMIT);
            build.thread.interrupt();
            finish.release();
            assertThat(build.end()).isNull();
        }
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void machineLostInMidBuildIsAnErrorOfTheBuild() throws InterruptedException {
        Interrupted build = new Interrupted(endless);
        build.awaitStep();
        lab.machine.buildkitd().kill();
        try {
            assertThat(build.end()).isInstanceOf(UnavailableException.class);
            assertThat(lab.last().outcomes()).singleElement().asString().startsWith("error: ");
        } finally {
            lab.machine.buildkitd().restart();
        }
    }

    @Test
    void endThatDepotWishesEndsARunningBuild() throws InterruptedException {
        lab.emulator.cancelsAt(Optional.of(Instant.now().plusSeconds(2)));
        Interrupted build = new Interrupted(endless);
        assertThat(build.end()).isInstanceOf(CancelledException.class).hasMessageContaining("Depot ended the build");
        assertThat(lab.last().outcomes()).containsExactly("canceled");
    }

    @Test
    void brokenStatusStreamIsOpenedAgain() {
        lab.emulator.cutNext("ReportStatusStream");
        assertThat(lab.build(quick, DepotOutput.none().saved()).descriptor()).isPresent();
        assertThat(lab.last().statusMessages()).isPositive();
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void connectionThatBreaksWhileAskingForAMachineIsTriedAgain() {
        lab.emulator.cutNext("GetBuildKitConnection").refuseNext("GetBuildKitConnection", "resource_exhausted", "slow");
        lab.build(quick, DepotOutput.none());
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void outcomeThatDepotCouldNotTakeIsToldAgain() {
        int before = lab.emulator.calls("FinishBuild").size();
        lab.emulator.refuseNext("FinishBuild", "unavailable", "deploying");
        lab.build(quick, DepotOutput.none());
        assertThat(lab.emulator.calls("FinishBuild")).hasSize(before + 2);
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void tokenThatExpiresBetweenBuildsIsReadAnew() {
        List<String> tokens = List.of("old-secret", "new-secret");
        tokens.forEach(lab.emulator::token);
        TokenProvider turns = () -> Optional.of(tokens.get(lab.emulator.builds().size() % 2));
        try (DepotBuilder builder = DepotBuilder.of(lab.access().tokens(turns)).project(DepotLab.PROJECT)) {
            DepotLab.build(builder, quick, DepotOutput.none());
            DepotLab.build(builder, quick, DepotOutput.none());
            lab.emulator.revoke(turns.find().orElseThrow());
            assertThatThrownBy(() -> DepotLab.build(builder, quick, DepotOutput.none()))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageNotContainingAny("old-secret", "new-secret");
        }
    }

    @Test
    void rateLimitIsNoBuild() {
        int before = lab.emulator.builds().size();
        lab.emulator.refuseNext("CreateBuild", "resource_exhausted", "too many builds");
        assertThatThrownBy(() -> lab.build(quick, DepotOutput.none()))
                .isInstanceOf(RateLimitedException.class)
                .hasMessageContaining("too many builds");
        assertThat(lab.emulator.builds()).hasSize(before);
    }

    @Test
    void worksOnABuildThatOthersBegan() throws IOException {
        String id = lab.emulator.beginBuild(DepotLab.PROJECT);
        int created = lab.emulator.calls("CreateBuild").size();
        try (DepotBuilder builder = lab.builder().existing(id, lab.registry.address())) {
            DepotBuildResult result = DepotLab.build(
                    builder,
                    quick,
                    DepotOutput.none().savedAs("one").savedAs("one").savedAs("two"));
            assertThat(result.buildId()).isEqualTo(id);
            assertThat(result.savedAs())
                    .containsExactly(
                            lab.registry.address() + "/prj1:" + id,
                            lab.registry.address() + "/prj1:one",
                            lab.registry.address() + "/prj1:two");
        }
        assertThat(lab.emulator.calls("CreateBuild")).hasSize(created);
        assertThat(lab.last().outcomes()).containsExactly("success");
    }

    @Test
    void stepsAndLogsOfABuildThatFailed() throws IOException {
        Path failing = DepotLab.directory(folder, "failing");
        Files.copy(endless.resolve("busybox"), failing.resolve("busybox"));
        failing.resolve("busybox").toFile().setExecutable(true);
        Files.writeString(
                failing.resolve("Dockerfile"),
                "FROM scratch\nCOPY busybox /busybox\nRUN [\"/busybox\", \"sh\", \"-c\", \"echo said; exit 3\"]\n");
        assertThatThrownBy(() -> lab.build(failing, DepotOutput.none())).isInstanceOf(SandboxImageException.class);
        try (DepotBuilds builds = DepotBuilds.of(lab.access())) {
            DepotBuildHandle build = builds.get(lab.last().id());
            assertThat(build.projectId()).isEqualTo(DepotLab.PROJECT);
            assertThat(build.status().state()).isEqualTo(DepotBuildInfo.State.FAILED);
            DepotBuildStep run = build.steps().stream()
                    .filter(step -> step.name().contains("RUN"))
                    .findFirst()
                    .orElseThrow();
            assertThat(run.error()).isPresent();
            assertThat(run.hasLogs()).isTrue();
            assertThat(build.logs(run)).extracting(DepotLogLine::message).anyMatch(text -> text.contains("said"));
            assertThat(build.steps())
                    .extracting(DepotBuildStep::name)
                    .contains("[depot] launching amd64 machine", "[depot] connecting to amd64 machine");
            assertThat(builds.list(DepotLab.PROJECT)).anyMatch(info -> info.id().equals(build.id()));
        }
    }

    /** A build in a thread that can be interrupted. */
    private static final class Interrupted {
        final Thread thread;
        private final int number = lab.emulator.builds().size();
        private volatile Throwable thrown;

        Interrupted(Path context) {
            thread = new Thread(() -> {
                try (DepotBuilder builder = lab.builder()) {
                    // A name of its own, so that no result of another test serves.
                    builder.build(
                            DockerfileBuild.of(context).buildArg("RUN", Long.toString(System.nanoTime())),
                            List.of(),
                            DepotOutput.none(),
                            ProgressTask.silent());
                } catch (RuntimeException e) {
                    thrown = e;
                }
            });
            thread.start();
            started.add(thread);
        }

        void awaitStep() {
            await("the step to begin", () -> {
                List<DepotBuildReport> builds = lab.emulator.builds();
                return builds.size() > number && runs(builds.get(number).id());
            });
        }

        Throwable end() throws InterruptedException {
            thread.join(LIMIT.toMillis());
            assertThat(thread.isAlive()).isFalse();
            return thrown;
        }
    }

    private static boolean runs(String id) {
        return lab.emulator.steps(id).stream().anyMatch(name -> name.contains("sleep"));
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("depot-"))
                .collect(Collectors.toSet());
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(end);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
