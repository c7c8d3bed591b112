package io.sandboximage.daytona;

import io.sandboximage.ImageSource;
import io.sandboximage.PipelineCheck;
import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.Snapshotter;
import io.sandboximage.daytona.sandbox.ExecResult;
import io.sandboximage.daytona.sandbox.SandboxSpec;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a snapshot works: starts a sandbox from it, runs commands, and deletes the sandbox, whatever happens. In a pipeline it
 * stands around the snapshotter, or is a check of all that Daytona's snapshotters made; either way nothing is recorded of a snapshot
 * that does not work. Immutable and thread-safe.
 *
 * <pre>{@code
 * SnapshotSmokeTest.after(DaytonaSnapshotter.with(daytona), daytona).expect("node --version", "v22.")
 * }</pre>
 */
public final class SnapshotSmokeTest implements Snapshotter, PipelineCheck {
    private static final Duration START = Duration.ofMinutes(5);
    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final int MAX_SHOWN = 2000;

    private final @Nullable DaytonaSnapshotter snapshotter;
    private final DaytonaClient client;
    private final List<Check> checks;
    private final Duration start;
    private final Duration command;

    private SnapshotSmokeTest(
            @Nullable DaytonaSnapshotter snapshotter,
            DaytonaClient client,
            List<Check> checks,
            Duration start,
            Duration command) {
        this.snapshotter = snapshotter;
        this.client = client;
        this.checks = checks;
        this.start = start;
        this.command = command;
    }

    private record Check(String command, String expected) {}

    /** A test of what {@code snapshotter} makes. */
    public static SnapshotSmokeTest after(DaytonaSnapshotter snapshotter, DaytonaClient client) {
        return new SnapshotSmokeTest(snapshotter, client, List.of(), START, COMMAND);
    }

    /** A test of snapshots that are there, for {@link #run}, and for pipelines as a check. */
    public static SnapshotSmokeTest with(DaytonaClient client) {
        return new SnapshotSmokeTest(null, client, List.of(), START, COMMAND);
    }

    /** Adds a command that must end with exit code 0. */
    public SnapshotSmokeTest expect(String commandLine) {
        return expect(commandLine, "");
    }

    /** Adds a command that must end with exit code 0 and write this text somewhere. */
    public SnapshotSmokeTest expect(String commandLine, String output) {
        List<Check> more = new ArrayList<>(checks);
        more.add(new Check(commandLine, output));
        return new SnapshotSmokeTest(snapshotter, client, List.copyOf(more), start, command);
    }

    /** How long the sandbox may take to start, and each command to end; five and two minutes unless set. */
    public SnapshotSmokeTest deadlines(Duration toStart, Duration eachCommand) {
        return new SnapshotSmokeTest(snapshotter, client, checks, toStart, eachCommand);
    }

    @Override
    public String name() {
        return snapshotter == null ? "daytona smoke test" : snapshotter.name() + " and smoke test";
    }

    @Override
    public String spec() {
        return snapshotter == null ? name() : snapshotter.spec();
    }

    /** Whether it is there; it was tested when it was made. */
    @Override
    public boolean has(Snapshot earlier) {
        return snapshotter != null && snapshotter.has(earlier);
    }

    /**
     * Tests each Daytona snapshot that a pipeline made.
     *
     * @throws InvalidRequestException if it made none
     */
    @Override
    public void check(PipelineResult made, ProgressTask progress) {
        List<Snapshot> snapshots = made.snapshots().stream()
                .filter(snapshot -> snapshot.kind().equals(DaytonaSnapshotter.KIND))
                .toList();
        if (snapshots.isEmpty()) {
            throw new InvalidRequestException("There is nothing to test: the pipeline makes no Daytona snapshot. Add"
                    + " snapshot(DaytonaSnapshotter.with(client))");
        }
        snapshots.forEach(snapshot -> run(snapshot.reference(), progress));
    }

    @Override
    public Snapshot snapshot(ImageSource source, ProgressTask progress) {
        if (snapshotter == null) {
            throw new InvalidRequestException(
                    "This smoke test makes no snapshot: in a pipeline, use SnapshotSmokeTest.after(snapshotter,"
                            + " client)");
        }
        Snapshot snapshot = snapshotter.snapshot(source, progress);
        run(snapshot.reference(), progress);
        return snapshot;
    }

    /**
     * Tests a snapshot.
     *
     * @throws InvalidContentException if a command fails or writes something else; the message holds what it wrote
     * @throws io.sandboximage.error.SandboxImageException if the sandbox does not start
     */
    public void run(String snapshot, ProgressTask progress) {
        SandboxSpec spec = SandboxSpec.of(snapshot).label("sandbox-image", "smoke-test");
        try (ProgressTask task = progress.child("smoke test of " + snapshot);
                RunningSandbox sandbox = client.sandboxes().start(spec, start)) {
            for (Check check : checks) {
                ExecResult result = sandbox.exec(check.command(), command);
                boolean good = result.exitCode() == 0 && result.output().contains(check.expected());
                if (!good) {
                    throw failure(snapshot, check, result);
                }
                task.info(check.command() + ": " + result.output().strip());
            }
            task.done(checks.size() + " commands");
        }
    }

    private static InvalidContentException failure(String snapshot, Check check, ExecResult result) {
        String output = result.output().strip();
        String shown = output.length() <= MAX_SHOWN ? output : "…" + output.substring(output.length() - MAX_SHOWN);
        String reason = result.exitCode() != 0
                ? "ended with exit code " + result.exitCode()
                : "did not write \"" + check.expected() + "\"";
        return new InvalidContentException("The snapshot \"" + snapshot + "\" does not work: the command \""
                + check.command() + "\" " + reason + ". It wrote: " + shown);
    }
}
