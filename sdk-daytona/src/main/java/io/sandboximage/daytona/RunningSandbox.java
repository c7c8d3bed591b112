package io.sandboximage.daytona;

import io.sandboximage.daytona.sandbox.DaytonaSandbox;
import io.sandboximage.daytona.sandbox.ExecResult;
import java.time.Duration;

/** A sandbox that runs until it is closed, which deletes it. Thread-safe. */
public final class RunningSandbox implements AutoCloseable {
    private static final Duration STOP = Duration.ofMinutes(2);

    private final Sandboxes sandboxes;
    private final DaytonaSandbox sandbox;

    RunningSandbox(Sandboxes sandboxes, DaytonaSandbox sandbox) {
        this.sandboxes = sandboxes;
        this.sandbox = sandbox;
    }

    /** As it was when it had started. */
    public DaytonaSandbox info() {
        return sandbox;
    }

    /**
     * Runs a command line in the sandbox's shell.
     *
     * @throws io.sandboximage.error.DeadlineExceededException if it does not end in time; it is stopped then
     */
    public ExecResult exec(String command, Duration atMost) {
        return sandboxes.exec(sandbox, command, atMost);
    }

    /** Opens a shell that stays between commands, with their two outputs apart. */
    public SandboxSession openSession() {
        return sandboxes.openSession(sandbox);
    }

    /** Stops it; it can still be deleted, but runs no more. */
    public void stop() {
        sandboxes.stop(sandbox.id(), STOP);
    }

    /** Deletes it, also when the thread is interrupted; the flag stays set. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            sandboxes.deleteAndWait(sandbox.id());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
