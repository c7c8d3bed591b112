package io.sandboximage.depot.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.DepotAccess.Protocol;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.depot.DepotSandboxReport;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sandboxes of the emulator, which really run commands, over both protocols. */
@RequiresEngine({Engine.BUSYBOX_STATIC, Engine.LOOP_MOUNTS})
class DepotSandboxIT {
    private static final String TOKEN = "organization-token";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    static Path folder;

    private static DepotSandboxHost host;
    private static DepotEmulator emulator;

    @BeforeAll
    static void start() {
        host = DepotSandboxHost.busybox(folder).minute(Duration.ofMillis(300));
        emulator = DepotEmulator.start().token(TOKEN).sandboxes(host);
    }

    @AfterAll
    static void stop() {
        emulator.close();
        host.close();
    }

    @ParameterizedTest
    @EnumSource
    void runsACommandWithItsEventsInOrder(Protocol protocol) {
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults().env("FROM_SANDBOX", "one"));
            SandboxCommand command = SandboxCommand.of(
                            "/bin/sh", "-c", "echo $FROM_SANDBOX $MORE; pwd; echo wrong >&2; exit 3")
                    .env("MORE", "two words")
                    .in("/tmp");
            List<CommandEvent> events = new ArrayList<>();
            try (CommandRun run = sandbox.start(command)) {
                run.forEachRemaining(events::add);
                assertThat(run.awaitEnd()).hasValue(3);
                assertThat(run.commandId())
                        .hasValueSatisfying(id -> assertThat(id).startsWith("cmd_"));
            }
            assertThat(events.get(0)).isInstanceOf(CommandEvent.Started.class);
            assertThat(events.get(events.size() - 1))
                    .isInstanceOfSatisfying(CommandEvent.Finished.class, end -> assertThat(end.exitCode())
                            .isEqualTo(3));
            assertThat(text(events, CommandEvent.Stream.STDOUT)).isEqualTo("one two words\n/tmp\n");
            assertThat(text(events, CommandEvent.Stream.STDERR)).isEqualTo("wrong\n");
            sandbox.kill();
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesGoInAndOutByteForByte(Protocol protocol) throws IOException {
        byte[] content = new byte[9_000_000];
        new Random(7).nextBytes(content);
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            SandboxFiles files = sandbox.files();
            files.write("/srv/deep/blob", 0640, new ByteArrayInputStream(content));
            assertThat(files.stat("/srv/deep/blob"))
                    .extracting(SandboxFileStat::type, SandboxFileStat::sizeBytes, SandboxFileStat::mode)
                    .containsExactly(SandboxFileType.REGULAR, 9_000_000L, 0640);
            try (InputStream in = files.read("/srv/deep/blob")) {
                assertThat(in.readAllBytes()).isEqualTo(content);
            }
            files.link("/srv/link", "deep/blob");
            assertThat(files.linkTarget("/srv/link")).isEqualTo("deep/blob");
            assertThat(files.stat("/srv/link", false).type()).isEqualTo(SandboxFileType.SYMLINK);
            assertThat(files.stat("/srv/link").type()).isEqualTo(SandboxFileType.REGULAR);
            files.copy("/srv/link", "/srv/copy", true);
            files.truncate("/srv/copy", 5);
            files.mode("/srv/copy", 0755);
            files.rename("/srv/copy", "/srv/renamed");
            assertThat(files.list("/srv"))
                    .containsExactly(
                            new SandboxFileEntry("deep", SandboxFileType.DIRECTORY),
                            new SandboxFileEntry("link", SandboxFileType.SYMLINK),
                            new SandboxFileEntry("renamed", SandboxFileType.REGULAR));
            assertThat(sandbox.run(SandboxCommand.of("wc", "-c", "/srv/renamed"))
                            .output())
                    .isEqualTo("5 /srv/renamed\n");
            assertThatThrownBy(() -> files.remove("/srv/deep"))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("ENOTEMPTY");
            files.removeAll("/srv/deep");
            files.removeAll("/srv/deep");
            assertThat(files.exists("/srv/deep")).isFalse();
            assertThatThrownBy(() -> files.stat("/srv/deep"))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContainingAll("look at /srv/deep in the sandbox " + sandbox.id(), "ENOENT");
            assertThatThrownBy(() -> files.read("/srv/deep").read()).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> files.mode("/srv", 010000)).isInstanceOf(InvalidRequestException.class);
            sandbox.kill();
        }
    }

    @ParameterizedTest
    @EnumSource
    void killEndsCommandsAndStopEndsInOrder(Protocol protocol) {
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults().name("to-kill"));
            try (CommandRun run = sandbox.start(SandboxCommand.of("sleep", "1000"))) {
                assertThat(run.next()).isInstanceOf(CommandEvent.Started.class);
                assertThat(sandbox.info().status()).isEqualTo(SandboxStatus.RUNNING);
                assertThat(sandbox.kill().status()).isEqualTo(SandboxStatus.CANCELLED);
                assertThat(run.awaitEnd()).hasValue(137);
            }
            assertThat(report(sandbox).gone()).isTrue();
            assertThatThrownBy(sandbox::kill).isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> sandbox.run(SandboxCommand.of("true"))).isInstanceOf(ConflictException.class);
            DepotSandbox other = running(sandboxes, SandboxRequest.defaults());
            assertThat(other.stopAndWait().status()).isEqualTo(SandboxStatus.FINISHED);
            assertThatThrownBy(() -> sandboxes.get("unknown"))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("Sandbox not found");
        }
    }

    @Test
    void aTimeoutEndsASandboxThatNobodyEnds() {
        try (DepotSandboxes sandboxes = sandboxes(Protocol.CONNECT)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults().timeout(Duration.ofSeconds(30)));
            assertThat(report(sandbox).timeout()).hasValue(Duration.ofMinutes(1));
            assertThat(sandbox.info().expiresAt()).isPresent();
            CommandOutput output = sandbox.run(SandboxCommand.of("sleep", "1000"));
            assertThat(output.exitCode()).isEqualTo(137);
            assertThat(sandbox.info().status()).isEqualTo(SandboxStatus.CANCELLED);
            assertThat(report(sandbox).gone()).isTrue();
            assertThatThrownBy(() -> sandbox.timeout(Duration.ofMinutes(1))).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void listsAllPagesNewestFirstByState() {
        emulator.sandboxPageSize(2);
        try (DepotSandboxes sandboxes = sandboxes(Protocol.CONNECT)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ids.add(0, sandboxes.create(SandboxRequest.defaults()).id());
            }
            List<String> alive = sandboxes.list(SandboxQuery.alive()).stream()
                    .map(SandboxInfo::id)
                    .toList();
            assertThat(alive).containsSubsequence(ids);
            ids.forEach(id -> sandboxes.get(id).kill());
            assertThat(sandboxes.list(SandboxQuery.alive()))
                    .extracting(SandboxInfo::id)
                    .doesNotContainAnyElementsOf(ids);
            assertThat(sandboxes.list(SandboxQuery.all()))
                    .extracting(SandboxInfo::id)
                    .containsAll(ids);
        } finally {
            emulator.sandboxPageSize(100);
        }
    }

    @ParameterizedTest
    @EnumSource
    void snapshotsAreTakenWaitedForBootedAndDeleted(Protocol protocol) {
        host.pollsUntilCaptured(2);
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            sandbox.run(SandboxCommand.of("/bin/sh", "-c", "echo kept > /etc/kept"));
            SandboxSnapshot begun = sandbox.snapshot(Optional.of("mine"));
            assertThat(begun.status()).isEqualTo(SandboxSnapshot.Status.CAPTURING);
            assertThatThrownBy(() -> sandboxes.snapshots().delete(begun.id())).isInstanceOf(ConflictException.class);
            SandboxSnapshot ready = sandboxes.snapshots().awaitReady(begun.id(), LIMIT);
            assertThat(ready.imageReference())
                    .hasValueSatisfying(reference -> assertThat(reference).contains("@sha256:"));
            assertThat(sandboxes.snapshots().list(sandbox.id()))
                    .extracting(SandboxSnapshot::id)
                    .containsExactly(begun.id());
            for (SandboxRequest request : List.of(
                    SandboxRequest.defaults().snapshot(ready.id()),
                    SandboxRequest.defaults().image(ready.imageReference().orElseThrow()))) {
                DepotSandbox booted = running(sandboxes, request);
                assertThat(booted.run(SandboxCommand.of("cat", "/etc/kept")).output())
                        .isEqualTo("kept\n");
                booted.kill();
            }
            sandboxes.snapshots().delete(ready.id());
            assertThatThrownBy(() -> sandboxes.snapshots().get(ready.id())).isInstanceOf(NotFoundException.class);
            host.captureFailure(Optional.of("the disk was busy"));
            assertThatThrownBy(() -> sandboxes
                            .snapshots()
                            .awaitReady(sandbox.snapshot(Optional.empty()).id(), LIMIT))
                    .isInstanceOf(ConflictException.class)
                    .hasMessageContaining("the disk was busy");
            sandbox.kill();
        } finally {
            host.captureFailure(Optional.empty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAServerDoesNotHaveIsSaidClearly(Protocol protocol) {
        emulator.unimplemented("SnapshotSandbox", "GetSnapshot", "ListSnapshots", "DeleteSnapshot");
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            assertThatThrownBy(() -> sandbox.snapshot(Optional.empty()))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("not available on this server");
            assertThatThrownBy(() -> sandboxes.snapshots().list())
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("not available on this server");
            sandbox.kill();
        } finally {
            emulator.unimplemented();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatEndsBeforeTheCommandIsAFailureAndADetachedOneIsNone(Protocol protocol) {
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            host.cutNextCommand();
            assertThatThrownBy(() -> sandbox.run(SandboxCommand.of("sleep", "1000")))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("did not tell that the command did");
            assertThat(sandbox.run(SandboxCommand.of("sleep", "1000").detach()).exitCode())
                    .isZero();
            assertThat(report(sandbox).processes()).isEqualTo(2);
            sandbox.kill();
            assertThat(report(sandbox).gone()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitForACommand(Protocol protocol) throws InterruptedException {
        try (DepotSandboxes sandboxes = sandboxes(protocol)) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            CountDownLatch started = new CountDownLatch(1);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread waiting = new Thread(() -> {
                try (CommandRun run = sandbox.start(SandboxCommand.of("sleep", "1000"))) {
                    run.next();
                    started.countDown();
                    run.awaitEnd();
                } catch (RuntimeException e) {
                    failure.set(e);
                }
            });
            waiting.start();
            started.await();
            waiting.interrupt();
            waiting.join(LIMIT.toMillis());
            assertThat(failure.get()).isInstanceOf(CancelledException.class);
            sandbox.kill();
        }
    }

    @Test
    void waitsNoLongerThanAskedForASandboxToRun() {
        host.pollsUntilRunning(1_000_000);
        try (DepotSandboxes sandboxes = sandboxes(Protocol.CONNECT)) {
            DepotSandbox sandbox = sandboxes.create(SandboxRequest.defaults());
            assertThatThrownBy(() -> sandbox.awaitRunning(Duration.ofMillis(500)))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("ASSIGNED");
            sandbox.kill();
            assertThatThrownBy(() -> sandbox.awaitRunning(LIMIT)).isInstanceOf(ConflictException.class);
        } finally {
            host.pollsUntilRunning(1);
        }
    }

    @Test
    void theOlderServiceRunsCommandsByIdAndEndsThemInTime() {
        try (DepotSandboxes sandboxes = sandboxes(Protocol.CONNECT);
                DepotCompute compute = DepotCompute.of(access(Protocol.CONNECT))) {
            DepotSandbox sandbox = running(sandboxes, SandboxRequest.defaults());
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            List<String> command = List.of("sh", "-c", "printf 'a\\377b'; echo oops >&2; exit 4");
            assertThat(compute.run(sandbox.id(), "session", command, Optional.empty(), out, err))
                    .isEqualTo(4);
            assertThat(out.toByteArray()).containsExactly('a', 0xFF, 'b');
            assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("oops\n");
            assertThatThrownBy(() -> compute.run(
                            sandbox.id(),
                            "session",
                            List.of("sleep", "1000"),
                            Optional.of(Duration.ofMillis(200)),
                            out,
                            err))
                    .isInstanceOf(DeadlineExceededException.class);
            assertThat(report(sandbox).processes()).isZero();
            sandbox.kill();
        }
    }

    @Test
    void refusesUnknownTokensAndSendsTheOrganization() {
        try (DepotSandboxes strangers =
                DepotSandboxes.of(access(Protocol.CONNECT).tokens(TokenProvider.of("wrong")))) {
            assertThatThrownBy(() -> strangers.create(SandboxRequest.defaults()))
                    .isInstanceOf(AuthenticationException.class)
                    .hasMessageContaining("Invalid token")
                    .hasMessageNotContaining("wrong");
        }
        try (DepotSandboxes members = DepotSandboxes.of(access(Protocol.GRPC).organization("org1234567"))) {
            members.list(SandboxQuery.all());
            assertThat(emulator.calls("ListSandboxes")).last().satisfies(call -> assertThat(call.headers())
                    .containsEntry("x-depot-org", "org1234567"));
        }
    }

    private static String text(List<CommandEvent> events, CommandEvent.Stream stream) {
        StringBuilder text = new StringBuilder();
        for (CommandEvent event : events) {
            if (event instanceof CommandEvent.Output output && output.stream() == stream) {
                text.append(output.text());
                assertThat(output.byteOffset()).isEqualTo(text.length());
            }
        }
        return text.toString();
    }

    private static DepotSandbox running(DepotSandboxes sandboxes, SandboxRequest request) {
        DepotSandbox sandbox = sandboxes.create(request);
        sandbox.awaitRunning(LIMIT);
        return sandbox;
    }

    private static DepotSandboxReport report(DepotSandbox sandbox) {
        return host.reports().stream()
                .filter(report -> report.id().equals(sandbox.id()))
                .findFirst()
                .orElseThrow();
    }

    private static DepotSandboxes sandboxes(Protocol protocol) {
        return DepotSandboxes.of(access(protocol));
    }

    private static DepotAccess access(Protocol protocol) {
        return new DepotAccess(emulator.url(), emulator.url(), TokenProvider.of(TOKEN), Optional.empty(), protocol);
    }
}
