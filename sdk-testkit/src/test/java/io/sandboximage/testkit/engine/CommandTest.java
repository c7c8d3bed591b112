package io.sandboximage.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.CancelledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class CommandTest {
    @TempDir
    Path folder;

    @Test
    void capturesBothOutputsAndTheExitCode() {
        CommandResult result = Command.of("sh", "-c", "echo $WHAT; echo bad >&2; exit 3")
                .env("WHAT", "good")
                .run();

        assertThat(result.output()).isEqualTo("good\n");
        assertThat(result.errors()).isEqualTo("bad\n");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThatThrownBy(result::orFail)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("ended with 3", "good", "bad");
    }

    @Test
    void readsItsInputFromAFile() throws Exception {
        Path input = Files.writeString(folder.resolve("input"), "some text");

        assertThat(Command.of("cat").stdin(input).run().orFail().output()).isEqualTo("some text");
    }

    @Test
    void killsDescendantsOnTimeout() throws Exception {
        Path pidFile = folder.resolve("pid");
        Command command = Command.of("sh", "-c", "sleep 600 & echo $! > pid; echo started; wait")
                .in(folder)
                .timeout(Duration.ofSeconds(1));

        assertThatThrownBy(command::run)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("longer than PT1S", "started");
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        while (isAlive(pid)) {
            Thread.sleep(10);
        }
    }

    /** One that has ended and that nobody buries, as in containers whose first process does not, is not alive. */
    private static boolean isAlive(long pid) {
        try {
            if (Files.readString(Path.of("/proc", Long.toString(pid), "status")).contains("State:\tZ")) {
                return false;
            }
        } catch (IOException elsewhere) {
            // It is gone, or this system tells it in another way.
        }
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @Test
    void anInterruptEndsTheProcessAndKeepsTheFlag() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Command.of("sleep", 600).run()).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void saysWhatCouldNotBeStarted() {
        assertThatThrownBy(() -> Command.of("no-such-program", "argument").run())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Could not start no-such-program argument");
    }

    @Test
    void aDaemonIsAwaitedByItsLogAndEndsOnClose() {
        Daemon daemon = Command.of("sh", "-c", "echo ready; exec sleep 600").start(folder.resolve("log"));
        try (daemon) {
            daemon.awaitLog("ready", Duration.ofSeconds(20));
            assertThat(daemon.running()).isTrue();
        }
        assertThat(daemon.awaitEnd(Duration.ofSeconds(20))).isNotZero();
    }

    @Test
    void aDaemonThatEndsEarlyIsReportedWithItsLog() {
        try (Daemon daemon = Command.of("sh", "-c", "echo out of luck; exit 4").start(folder.resolve("log"))) {
            assertThatThrownBy(() -> daemon.awaitPort(Daemon.freePort(), Duration.ofSeconds(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContainingAll("ended with 4", "out of luck");
        }
    }
}
