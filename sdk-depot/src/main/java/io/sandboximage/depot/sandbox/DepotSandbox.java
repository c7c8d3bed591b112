package io.sandboximage.depot.sandbox;

import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.client.SandboxMethods;
import io.sandboximage.depot.internal.proto.sandbox.KillSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.SetSandboxTimeoutRequest;
import io.sandboximage.depot.internal.proto.sandbox.SnapshotSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.StopSandboxRequest;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/** One sandbox. Thread-safe. It lives on Depot's side: nothing ends it but what is asked for here, its timeout, or Depot. */
public final class DepotSandbox {
    /** As much output of one stream as {@link #run(SandboxCommand)} keeps. */
    private static final int MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final DepotCalls calls;
    private final String id;
    private volatile SandboxInfo known;

    DepotSandbox(DepotCalls calls, String id, SandboxInfo known) {
        this.calls = calls;
        this.id = id;
        this.known = known;
    }

    static SandboxInfo read(DepotCalls calls, String id) {
        return SandboxInfo.of(calls.call("look at the sandbox " + id, SandboxMethods.GET, Refs.sandbox(id))
                .getSandbox());
    }

    public String id() {
        return id;
    }

    /** What Depot said last, without asking it. */
    public SandboxInfo known() {
        return known;
    }

    /** What Depot says now. */
    public SandboxInfo info() {
        known = read(calls, id);
        return known;
    }

    /**
     * Waits until it runs.
     *
     * @throws ConflictException if it ended instead
     * @throws DeadlineExceededException if it takes longer
     * @throws CancelledException if the thread is interrupted
     */
    public SandboxInfo awaitRunning(Duration limit) {
        long start = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        SandboxInfo now = known;
        while (now.status() != SandboxStatus.RUNNING) {
            if (now.status().ended()) {
                throw new ConflictException("The sandbox " + id + " ended before it ran: " + now.status()
                        + now.errorMessage().map(text -> ": " + text).orElse(""));
            }
            if (limit.minusNanos(System.nanoTime() - start).compareTo(pause) < 0) {
                throw new DeadlineExceededException(
                        "The sandbox " + id + " did not run within " + limit.toSeconds() + " s: it is " + now.status()
                                + ". Give it more time, or try again",
                        limit);
            }
            Pause.of(pause, "waiting for the sandbox " + id);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            now = info();
        }
        return now;
    }

    /**
     * Ends it in order. This returns as soon as Depot knows of it; the sandbox may still run.
     *
     * @throws ConflictException if it has ended
     */
    public SandboxInfo stop() {
        return stop(false);
    }

    /** Like {@link #stop()}, and waits for its end. */
    public SandboxInfo stopAndWait() {
        return stop(true);
    }

    private SandboxInfo stop(boolean blocking) {
        StopSandboxRequest.Builder request = StopSandboxRequest.newBuilder().setSandbox(Refs.sandbox(id));
        if (blocking) {
            request.setBlocking(true);
        }
        known = SandboxInfo.of(calls.call("stop the sandbox " + id, SandboxMethods.STOP, request.build())
                .getSandbox());
        return known;
    }

    /**
     * Ends it at once.
     *
     * @throws ConflictException if it has ended
     */
    public SandboxInfo kill() {
        known = SandboxInfo.of(calls.call("kill the sandbox " + id, SandboxMethods.KILL, killRequest())
                .getSandbox());
        return known;
    }

    /** Like {@link #kill()}, waiting no longer than so for Depot's answer. */
    public SandboxInfo kill(Duration limit) {
        known = SandboxInfo.of(calls.callWithin(limit, "kill the sandbox " + id, SandboxMethods.KILL, killRequest())
                .getSandbox());
        return known;
    }

    private KillSandboxRequest killRequest() {
        return KillSandboxRequest.newBuilder().setSandbox(Refs.sandbox(id)).build();
    }

    /**
     * Lets it live so long from now, in whole minutes, rounded up; Depot has a largest value.
     *
     * @throws ConflictException if it has not started, or has ended
     */
    public SandboxInfo timeout(Duration fromNow) {
        SetSandboxTimeoutRequest request = SetSandboxTimeoutRequest.newBuilder()
                .setSandbox(Refs.sandbox(id))
                .setTimeoutMinutes(SandboxRequest.minutes(fromNow))
                .build();
        known = SandboxInfo.of(calls.call("set the timeout of the sandbox " + id, SandboxMethods.TIMEOUT, request)
                .getSandbox());
        return known;
    }

    /** Starts a command and gives its events; the caller closes them. */
    public CommandRun start(SandboxCommand command) {
        String what = "run " + command.program() + " in the sandbox " + id;
        return new CommandRun(calls.answers(what, SandboxMethods.RUN, command.wire(id)), what, command.detached());
    }

    /**
     * Runs a command to its end and passes its output on as it comes.
     *
     * @return the exit code, 0 for a detached command
     * @throws io.sandboximage.error.UnavailableException if the stream ends before the command
     * @throws StorageException if a stream given here cannot be written
     */
    public int run(SandboxCommand command, OutputStream stdout, OutputStream stderr) {
        try (CommandRun run = start(command)) {
            while (run.hasNext()) {
                if (run.next() instanceof CommandEvent.Output output) {
                    (output.stream() == CommandEvent.Stream.STDOUT ? stdout : stderr).write(output.data());
                }
            }
            return run.awaitEnd().orElse(0);
        } catch (IOException e) {
            throw new StorageException(
                    "Could not pass on the output of " + command.program() + " in the sandbox " + id + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Runs a command to its end and keeps its output: of each stream the first 16 MiB, the rest is dropped. */
    public CommandOutput run(SandboxCommand command) {
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        int exitCode = run(command, capped(stdout), capped(stderr));
        return new CommandOutput(exitCode, stdout.toByteArray(), stderr.toByteArray());
    }

    private static OutputStream capped(ByteArrayOutputStream kept) {
        return new OutputStream() {
            @Override
            public void write(int one) {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] data, int offset, int length) {
                kept.write(data, offset, Math.min(length, MAX_OUTPUT_BYTES - kept.size()));
            }
        };
    }

    public SandboxFiles files() {
        return new SandboxFiles(calls, id);
    }

    /**
     * Begins to capture its state; {@link SandboxSnapshots#awaitReady} waits for it. The sandbox must run.
     *
     * @throws ConflictException if it does not
     * @throws io.sandboximage.error.InvalidRequestException if the server has no snapshots
     */
    public SandboxSnapshot snapshot(Optional<String> name) {
        SnapshotSandboxRequest.Builder request =
                SnapshotSandboxRequest.newBuilder().setSandbox(Refs.sandbox(id));
        name.ifPresent(request::setName);
        return SandboxSnapshot.of(
                calls.call("take a snapshot of the sandbox " + id, SandboxMethods.SNAPSHOT, request.build())
                        .getSnapshot());
    }

    @Override
    public String toString() {
        return id;
    }
}
