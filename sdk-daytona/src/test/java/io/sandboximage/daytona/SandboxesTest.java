package io.sandboximage.daytona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.daytona.sandbox.ExecResult;
import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.daytona.sandbox.SessionResult;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.CommandAnswer;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.ScriptedAnswer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SandboxesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final DaytonaEmulator emulator = DaytonaEmulator.start();
    private final DaytonaClient client = EmulatedDaytona.client(emulator);
    private final Sandboxes sandboxes = client.sandboxes();

    @BeforeEach
    void makeSnapshot() {
        SnapshotSpec spec = SnapshotSpec.image("app", "ghcr.io/acme/app:1.0");
        client.snapshots().create(spec, SnapshotWait.DEFAULT, ProgressTask.silent());
    }

    @AfterEach
    void close() {
        client.close();
        emulator.close();
    }

    @Test
    void startsRunsAndDeletes() {
        emulator.commands(command -> new CommandAnswer(3, "ran " + command));

        try (RunningSandbox sandbox = sandboxes.start(SandboxSpec.of("app").env("A", "b"), MINUTE)) {
            assertThat(sandbox.exec("make test", MINUTE)).isEqualTo(new ExecResult(3, "ran make test"));
            assertThat(emulator.sandboxes()).hasSize(1);
            sandbox.stop();
        }

        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void aSandboxThatFailsToStartIsDeleted() {
        emulator.failSandboxes("no space left on runner");

        assertThatThrownBy(() -> sandboxes.start(SandboxSpec.of("app"), MINUTE))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("no space left on runner");
        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void aSandboxThatIsTooSlowIsDeleted() {
        assertThatThrownBy(() -> sandboxes.start(SandboxSpec.of("app"), Duration.ofSeconds(2)))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("still creating");
        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void aSandboxWhoseCreationWasNotAnsweredIsDeleted() {
        emulator.next("POST /sandbox", ScriptedAnswer.lost());

        assertThatThrownBy(() -> sandboxes.start(SandboxSpec.of("app"), MINUTE))
                .hasMessageContaining("start a sandbox");
        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void aSandboxIsDeletedAlsoWhenTheThreadIsInterrupted() {
        try (RunningSandbox sandbox = sandboxes.start(SandboxSpec.of("app"), MINUTE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> sandbox.exec("true", MINUTE)).isInstanceOf(CancelledException.class);
        }

        assertThat(Thread.interrupted()).isTrue();
        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void somebodyElsesSandboxOfThatNameStays() {
        sandboxes.start(SandboxSpec.of("app").name("mine"), MINUTE);

        assertThatThrownBy(() -> sandboxes.start(SandboxSpec.of("app").name("mine"), MINUTE))
                .isInstanceOf(ConflictException.class);
        assertThat(emulator.sandboxes()).containsExactly("mine");
    }

    @Test
    void anUnknownSnapshotIsTold() {
        assertThatThrownBy(() -> sandboxes.start(SandboxSpec.of("other"), MINUTE))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("Snapshot other not found");
    }

    @Test
    void aCommandThatTakesTooLongIsTold() {
        emulator.commands(command -> CommandAnswer.timeOut());

        try (RunningSandbox sandbox = sandboxes.start(SandboxSpec.of("app"), MINUTE)) {
            assertThatThrownBy(() -> sandbox.exec("sleep 1000", MINUTE))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("sleep 1000");
        }
    }

    @Test
    void aSessionRunsCommandsWithTheirOutputsApart() {
        emulator.commands(command -> command.equals("hang")
                ? CommandAnswer.timeOut()
                : new CommandAnswer(2, " out of " + command, "errors"));

        try (RunningSandbox sandbox = sandboxes.start(SandboxSpec.of("app"), MINUTE)) {
            SandboxSession session = sandbox.openSession();
            assertThat(session.run("make", MINUTE)).isEqualTo(new SessionResult(2, " out of make", "errors"));
            String command = session.start("hang");
            assertThatThrownBy(() -> session.await(command, MINUTE))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("did not end within 60 s");
            assertThatThrownBy(() -> session.await("other", MINUTE)).isInstanceOf(NotFoundException.class);
            session.close();
            assertThatThrownBy(() -> session.start("make")).isInstanceOf(NotFoundException.class);
        }

        assertThat(emulator.sandboxes()).isEmpty();
    }

    @Test
    void aSmokeTestPassesOrTellsWhatWasWritten() {
        emulator.commands(command -> command.equals("node --version")
                ? new CommandAnswer(0, "v22.1.0\n")
                : new CommandAnswer(127, "no such"));
        SnapshotSmokeTest test = SnapshotSmokeTest.with(client).expect("node --version", "v22.");

        test.run("app", ProgressTask.silent());
        assertThatThrownBy(() -> test.expect("python --version").run("app", ProgressTask.silent()))
                .isInstanceOf(InvalidContentException.class)
                .hasMessageContaining("python --version")
                .hasMessageContaining("exit code 127")
                .hasMessageContaining("no such");
        assertThat(emulator.sandboxes()).isEmpty();
    }
}
