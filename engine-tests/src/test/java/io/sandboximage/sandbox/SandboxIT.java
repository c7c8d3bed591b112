package io.sandboximage.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sandboxes on real engines: what they are for, and what goes wrong. */
@RequiresEngine({Engine.DOCKER_20, Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC, Engine.GIT})
class SandboxIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SERVE = "while true; do printf 'HTTP/1.0 200 OK\\r\\n\\r\\nhi' | nc -l -p 80; done";

    @TempDir
    static Path state;

    private static DockerProcess docker;
    private static DockerHost host;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        docker = DockerProcess.startOnHostNetwork(DockerProcess.Kind.V28_CLASSIC, state);
        host = DockerHost.unix(docker.socket());
        BusyboxImage.loadInto(host);
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @AfterEach
    void nothingIsLeft() {
        assertThat(LocalSandbox.list(host)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"V20_CLASSIC", "V28_CONTAINERD"})
    void worksOnOtherEnginesToo(DockerProcess.Kind kind) {
        try (DockerProcess other = DockerProcess.start(kind, folder)) {
            DockerHost engine = DockerHost.unix(other.socket());
            BusyboxImage.loadInto(engine);
            SandboxSpec spec = sandbox().ready(Readiness.file("/tmp"));
            try (LocalSandbox sandbox = spec.start(engine, ProgressTask.silent())) {
                ByteArrayInputStream input = new ByteArrayInputStream("in".getBytes(StandardCharsets.UTF_8));
                assertThat(sandbox.exec(ExecRequest.of("sh", "-c", "cat; echo err >&2; exit 3")
                                .input(input)))
                        .isEqualTo(new ExecResult(3, "in", "err\n"));
                assertThat(sandbox.exec("nonsense").exitCode()).isIn(126, 127);
                assertThatThrownBy(() ->
                                sandbox.exec(ExecRequest.of("sleep", "603").limit(Duration.ofMillis(500))))
                        .isInstanceOf(DeadlineExceededException.class)
                        .hasMessageNotContaining("could not be killed");
                assertThat(processes(sandbox)).doesNotContain("603");
            }
            assertThat(LocalSandbox.list(engine)).isEmpty();
        }
    }

    @Test
    void streamsCarryAnyBytesBothWaysAndApart() {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (LocalSandbox sandbox = start(sandbox())) {
            int code = sandbox.exec(
                    ExecRequest.of("sh", "-c", "echo begun >&2; cat; echo \"$GREETING from $(pwd)\" >&2; exit 42")
                            .env("GREETING", "hello")
                            .workingDirectory("/etc")
                            .input(new ByteArrayInputStream(bytes)),
                    out,
                    err);

            assertThat(code).isEqualTo(42);
            assertThat(out.toByteArray()).isEqualTo(bytes);
            assertThat(err).hasToString("begun\nhello from /etc\n");
            assertThat(sandbox.exec(ExecRequest.of("id", "-u").user("1234")).output())
                    .isEqualTo("1234\n");
        }
    }

    @Test
    void outputComesWhileTheProgramRuns() throws IOException {
        PipedOutputStream question = new PipedOutputStream();
        try (LocalSandbox sandbox = start(sandbox());
                PipedInputStream input = new PipedInputStream(question);
                PipedOutputStream out = new PipedOutputStream();
                PipedInputStream answer = new PipedInputStream(out)) {
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(() -> sandbox.exec(
                    ExecRequest.of("sh", "-c", "while read line; do echo \"$line!\"; done")
                            .input(input),
                    out,
                    OutputStream.nullOutputStream()));
            for (String word : new String[] {"one", "two"}) {
                question.write((word + "\n").getBytes(StandardCharsets.UTF_8));
                question.flush();
                assertThat(new String(answer.readNBytes(word.length() + 2), StandardCharsets.UTF_8))
                        .isEqualTo(word + "!\n");
            }
            question.close();
            assertThat(code.join()).isZero();
        }
    }

    @Test
    void missingAndUnusableProgramsHaveTheExitCodesOfDocker() {
        try (LocalSandbox sandbox = start(sandbox())) {
            ExecResult missing = sandbox.exec("nonsense");
            assertThat(missing.exitCode()).isEqualTo(127);
            assertThat(missing.output()).contains("nonsense");
            assertThat(sandbox.exec("/etc/plain").exitCode()).isEqualTo(126);
            assertThatThrownBy(() -> sandbox.exec(ExecRequest.of("true").user("nobody-there")))
                    .satisfies(failure -> assertThat(failure).hasMessageContaining("nobody-there"));
        }
    }

    @Test
    void interruptKillsTheProgramAndItsChildren() throws Exception {
        try (LocalSandbox sandbox = start(sandbox())) {
            CountDownLatch running = new CountDownLatch(1);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            OutputStream out = new OutputStream() {
                @Override
                public void write(int b) {
                    running.countDown();
                }
            };
            Thread thread = new Thread(() -> {
                try {
                    sandbox.exec(ExecRequest.of("sh", "-c", "sleep 601 & echo on; sleep 602"), out, out);
                } catch (CancelledException e) {
                    failure.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost"));
                }
            });
            thread.start();
            running.await();
            thread.interrupt();
            thread.join(SOON.toMillis());

            assertThat(failure.get()).isInstanceOf(CancelledException.class).hasMessageNotContaining("could not");
            assertThat(processes(sandbox)).doesNotContain("601").doesNotContain("602");
            assertThat(sandbox.running()).isTrue();
        }
    }

    static Stream<SandboxSpec> readySandboxes() {
        return Stream.of(
                sandbox().ready(Readiness.exec("ls", "/tmp/up")),
                sandbox().ready(Readiness.file("/tmp/up")),
                sandbox().ready(Readiness.logLine("^up$")),
                sandbox().ready(Readiness.tcp(80)),
                sandbox().port(80).ready(Readiness.tcp(80)),
                sandbox().port(80).ready(Readiness.http(80, "/")));
    }

    @ParameterizedTest
    @MethodSource("readySandboxes")
    void waitsUntilItIsReady(SandboxSpec spec) {
        SandboxSpec slow = spec.command("sh", "-c", "sleep 0.5; touch /tmp/up; echo up; " + SERVE);
        try (LocalSandbox sandbox = start(slow)) {
            assertThat(sandbox.exec("cat", "/tmp/up").exitCode()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("readySandboxes")
    void neverReadyIsAnErrorWithTheLastLines(SandboxSpec spec) {
        SandboxSpec never = spec.command("sh", "-c", "echo not yet; sleep 600")
                .ready(spec.ready().orElseThrow(), Duration.ofSeconds(1));
        assertThatThrownBy(() -> start(never))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("was not ready after PT1S")
                .hasMessageContaining("not yet");
    }

    @Test
    void endAtTheStartIsAnErrorWithTheLastLines() {
        assertThatThrownBy(() -> start(sandbox()
                        .command("sh", "-c", "echo no database >&2; exit 7")
                        .ready(Readiness.file("/never"))))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("exited with code 7")
                .hasMessageContaining("no database");
    }

    @Test
    void commandThatIsNotThereIsAnError() {
        assertThatThrownBy(() -> start(sandbox().command("/nonsense"))).hasMessageContaining("/nonsense");
    }

    @Test
    void missingImagesAndNetworksAreNotFound() {
        assertThatThrownBy(() -> start(SandboxSpec.image("sandbox-test:none")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("sandbox-test:none")
                .hasMessageContaining(docker.address());
        assertThatThrownBy(() -> start(sandbox().network("nowhere")))
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("no network nowhere");
        assertThatThrownBy(() -> LocalSandbox.find(host, "nobody")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void takenPortsAndNamesAreConflicts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> start(sandbox().port(80, taken.getLocalPort())))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("another port");
        }
        try (LocalSandbox sandbox = start(sandbox().name("one"))) {
            assertThatThrownBy(() -> start(sandbox().name("one")))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("one");
            assertThat(sandbox.running()).isTrue();
        }
    }

    @Test
    void httpProbesNeedAPublishedPort() {
        assertThatThrownBy(() -> start(sandbox().ready(Readiness.http(80, "/"))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("publish");
    }

    @Test
    void storesOutliveSandboxes() {
        try (LocalSandbox first = start(sandbox().store("kept"))) {
            assertThat(first.exec("sh", "-c", "echo cached > /store/file").exitCode())
                    .isZero();
        }
        try (LocalSandbox second = start(sandbox().store("kept", "/var/cache"))) {
            assertThat(second.exec("cat", "/var/cache/file").output()).isEqualTo("cached\n");
        }
    }

    @Test
    void worktreesAreReadableAndNeverWritten() throws IOException {
        Path clone = Files.createDirectory(folder.resolve("clone"));
        git(clone, "init", "-q", "-b", "main");
        Files.writeString(clone.resolve("file"), "content\n");
        git(clone, "add", ".");
        git(clone, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first");
        Path worktree = folder.resolve("worktree");
        git(clone, "worktree", "add", "-q", worktree.toString());

        try (LocalSandbox sandbox = start(sandbox().checkout(worktree))) {
            assertThat(sandbox.exec("cat", "/host/repo-checkout/file").output()).isEqualTo("content\n");
            assertThat(sandbox.exec("cat", "/host/gitdir/HEAD").output()).isEqualTo("ref: refs/heads/worktree\n");
            assertThat(sandbox.exec("ls", "/host/commondir/objects").exitCode()).isZero();
            assertThat(sandbox.exec("sh", "-c", "echo $DOCKER_HOST_GIT_REPO_ROOT")
                            .output())
                    .isEqualTo(worktree.toRealPath() + "\n");
            for (String place : new String[] {"repo-checkout", "gitdir", "commondir"}) {
                assertThat(sandbox.exec("touch", "/host/" + place + "/new").errors())
                        .contains("Read-only");
            }
        }
        // What git makes of the three is shown with the machine's own, on the same directories.
        GitCheckout found = GitCheckout.of(worktree);
        assertThat(Command.of("git", "status", "--short", "--branch")
                        .env("GIT_DIR", found.gitDirectory().toString())
                        .env("GIT_COMMON_DIR", found.commonDirectory().toString())
                        .env("GIT_WORK_TREE", found.root().toString())
                        .in(folder)
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("## worktree\n");
    }

    @Test
    void logsAreFollowedToTheEnd() {
        try (LocalSandbox sandbox =
                start(sandbox().command("sh", "-c", "echo out; echo err >&2; until cat /tmp/go; do sleep 0.1; done"))) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CompletableFuture<Void> follower =
                    CompletableFuture.runAsync(() -> sandbox.logs(true, out, OutputStream.nullOutputStream()));
            sandbox.exec("sh", "-c", "echo last > /tmp/go");
            follower.join();

            assertThat(out).hasToString("out\nlast\n");
            assertThat(sandbox.await()).isZero();
        }
    }

    @Test
    void stoppedSandboxesRunNothingMore() {
        try (LocalSandbox sandbox = start(sandbox())) {
            CompletableFuture<ExecResult> running = CompletableFuture.supplyAsync(() -> sandbox.exec("sleep", "600"));
            sandbox.stop(Duration.ZERO);

            assertThat(sandbox.running()).isFalse();
            sandbox.stop(Duration.ZERO);
            assertThatThrownBy(() -> sandbox.exec("true")).isInstanceOf(ConflictException.class);
            try {
                assertThat(running.join().exitCode()).isNotZero();
            } catch (CompletionException e) {
                // It may also have been too late to start.
                assertThat(e.getCause()).isInstanceOfAny(UnavailableException.class, ConflictException.class);
            }
        }
    }

    @Test
    void leftoversAreReapedAndOthersAreNot() throws Exception {
        Command.of(ProcessHandle.current().info().command().orElseThrow())
                .with("-cp", System.getProperty("java.class.path"), CrashingProcess.class.getName(), docker.address())
                .run();
        assertThat(LocalSandbox.list(host)).extracting(SandboxInfo::name).containsExactly("crashed");
        try (LocalSandbox kept = start(sandbox().name("kept"));
                LocalSandbox detached = start(sandbox().name("detached").detached());
                LocalSandbox expired = start(sandbox().name("expired").lifetime(Duration.ofMillis(1)))) {
            assertThat(LocalSandbox.reap(host)).containsExactlyInAnyOrder("crashed", "expired");
            assertThat(kept.running() && detached.running() && !expired.running())
                    .isTrue();
            LocalSandbox again = LocalSandbox.find(host, "detached");
            assertThat(again.id()).isEqualTo(detached.id());
            again.release();
            assertThat(detached.running()).isTrue();
        }
    }

    private static SandboxSpec sandbox() {
        return SandboxSpec.image(BusyboxImage.NAME);
    }

    private static LocalSandbox start(SandboxSpec spec) {
        return spec.start(host, ProgressTask.silent());
    }

    /** Command lines of all processes in it. */
    private static String processes(LocalSandbox sandbox) {
        return sandbox.exec("sh", "-c", "for p in /proc/[0-9]*; do cat $p/cmdline; echo; done")
                .output()
                .replace('\0', ' ');
    }

    private static void git(Path directory, Object... arguments) {
        Command.of("git").with(arguments).in(directory).run().orFail();
    }
}
