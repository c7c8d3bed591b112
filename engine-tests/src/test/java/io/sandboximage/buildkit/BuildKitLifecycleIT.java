package io.sandboximage.buildkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.Footprint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancelling, losing and finding the daemon again, many builds at once. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.BUSYBOX_STATIC})
class BuildKitLifecycleIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MARK = "the step runs";

    @TempDir
    Path folder;

    private BuildKitProcess buildkitd;
    private BuildKitClient client;
    private BuildContext context;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void start() throws IOException {
        buildkitd = BuildKitProcess.start(Files.createDirectory(folder.resolve("daemon")));
        client = BuildKitClient.connect(BuildKitAddress.parse(buildkitd.address()), Duration.ofSeconds(12));
        context = new BuildContext(Files.createDirectory(folder.resolve("context"))).busybox();
        context.dockerfile(BuildContext.BUSYBOX_STAGE + "RUN echo " + MARK + " && sleep 300\n")
                .file("quick.Dockerfile", "FROM scratch\nCOPY busybox /\n")
                .file("huge.Dockerfile", "FROM scratch\nCOPY zeros /\n");
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        client.close();
        buildkitd.close();
    }

    @Test
    void interruptCancelsTheBuildInTheDaemon() throws Exception {
        Running build = startSlowBuild();

        build.thread.interrupt();

        assertThatThrownBy(build::result).hasCauseInstanceOf(CancelledException.class);
        buildkitd.daemon().await("without the step's process", LIMIT, () -> !stepRuns());
        assertThat(client.version()).isPresent();
    }

    @Test
    void timeLimitCancelsTheBuild() throws Exception {
        SolveRequest request = slowBuild().timeout(Duration.ofSeconds(4)).toRequest();

        assertThatThrownBy(() -> client.solve(request, ProgressTask.silent()))
                .isInstanceOf(CancelledException.class)
                .hasMessageContaining("4 seconds");

        buildkitd.daemon().await("without the step's process", LIMIT, () -> !stepRuns());
    }

    @Test
    void killedDaemonIsAnErrorAndTheNextBuildWorks() throws Exception {
        Running build = startSlowBuild();

        buildkitd.kill();

        assertThatThrownBy(build::result).hasCauseInstanceOf(UnavailableException.class);
        buildkitd.restart();
        assertThat(quickBuild()).isNotNull();
    }

    @Test
    void frozenDaemonIsAnErrorWithinTheSilenceLimit() throws Exception {
        Running build = startSlowBuild();

        Command.of("kill", "-STOP", buildkitd.daemon().pid()).run().orFail();

        try {
            assertThatThrownBy(build::result)
                    .hasCauseInstanceOf(UnavailableException.class)
                    .hasMessageContaining("has not answered");
        } finally {
            Command.of("kill", "-CONT", buildkitd.daemon().pid()).run().orFail();
        }
    }

    @Test
    void daemonKilledDuringAnUploadIsAnErrorAndTheNextBuildWorks() throws Exception {
        Path huge = Files.createDirectory(folder.resolve("huge"));
        try (RandomAccessFile file = new RandomAccessFile(huge.resolve("zeros").toFile(), "rw")) {
            file.setLength(64L << 30);
        }
        CountDownLatch transfers = new CountDownLatch(1);
        ProgressListener listener = event -> {
            if (event instanceof ProgressEvent.Started started
                    && started.label().contains("transferring")) {
                transfers.countDown();
            }
        };
        Running build = start(
                DockerfileBuild.of(huge)
                        .dockerfile(context.folder().resolve("huge.Dockerfile"))
                        .toRequest(),
                listener);
        assertThat(transfers.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();

        buildkitd.kill();

        assertThatThrownBy(build::result).hasCauseInstanceOf(UnavailableException.class);
        buildkitd.restart();
        assertThat(quickBuild()).isNotNull();
    }

    @Test
    void twoHundredBuildsAndSixteenAtOnceLeaveNeitherThreadsNorSocketsNorHeap() throws Exception {
        for (int i = 0; i < 20; i++) {
            quickBuild();
        }
        sixteenAtOnce();
        Footprint before = Footprint.now();

        for (int i = 0; i < 180; i++) {
            quickBuild();
        }
        sixteenAtOnce();

        buildkitd.daemon().await("with a client as small as before", LIMIT, () -> Footprint.now()
                .isNoLargerThan(before));
        client.close();
        buildkitd
                .daemon()
                .await("without threads of the client", LIMIT, () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("buildkit-session")));
    }

    private void sixteenAtOnce() throws Exception {
        List<Future<SolveResult>> builds = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            builds.add(threads.submit((Callable<SolveResult>) this::quickBuild));
        }
        for (Future<SolveResult> build : builds) {
            assertThat(build.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isNotNull();
        }
    }

    private SolveResult quickBuild() throws IOException {
        Path out = Files.createTempDirectory(folder, "out");
        SolveResult result = client.solve(
                DockerfileBuild.of(context.folder())
                        .dockerfile(context.folder().resolve("quick.Dockerfile"))
                        .export(BuildExport.directory(out))
                        .toRequest(),
                ProgressTask.silent());
        assertThat(out.resolve("busybox"))
                .hasSameBinaryContentAs(context.folder().resolve("busybox"));
        return result;
    }

    private DockerfileBuild slowBuild() {
        return DockerfileBuild.of(context.folder()).export(BuildExport.directory(folder.resolve("out")));
    }

    /** Returns once the step writes. */
    private Running startSlowBuild() throws InterruptedException {
        CountDownLatch stepStarted = new CountDownLatch(1);
        ProgressListener listener = event -> {
            if (event instanceof ProgressEvent.Message message && message.text().equals(MARK)) {
                stepStarted.countDown();
            }
        };
        Running build = start(slowBuild().toRequest(), listener);
        assertThat(stepStarted.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        return build;
    }

    private Running start(SolveRequest request, ProgressListener listener) throws InterruptedException {
        Running build = new Running();
        CountDownLatch running = new CountDownLatch(1);
        build.future = threads.submit(() -> {
            build.thread = Thread.currentThread();
            running.countDown();
            return client.solve(request, ProgressTask.root(listener, "build"));
        });
        running.await();
        return build;
    }

    private boolean stepRuns() {
        return ProcessHandle.of(buildkitd.daemon().pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .anyMatch(process -> process.info().commandLine().orElse("").endsWith(" 300"));
    }

    private static final class Running {
        private volatile Thread thread;
        private volatile Future<SolveResult> future;

        SolveResult result() throws ExecutionException, InterruptedException {
            try {
                return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("The build neither ended nor failed", e);
            }
        }
    }
}
