package io.sandboximage.sandbox;

import io.sandboximage.PipelineCheck;
import io.sandboximage.PipelineResult;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Proves that an image works: starts a {@link LocalSandbox} of it, runs commands, and removes the sandbox, whatever happens. As a
 * check of a pipeline that brings the image to the engine it goes before the recorders. Immutable and thread-safe.
 *
 * <pre>{@code
 * SandboxSmokeTest.of(engine, SandboxSpec.image("my-sandbox:local")).expect("v22.", "node", "--version")
 * }</pre>
 */
public final class SandboxSmokeTest implements PipelineCheck {
    private static final Duration COMMAND = Duration.ofMinutes(2);
    private static final int MAX_SHOWN = 2000;

    private final DockerHost engine;
    private final SandboxSpec sandbox;
    private final List<Expectation> expectations;
    private final Duration limit;

    private SandboxSmokeTest(DockerHost engine, SandboxSpec sandbox, List<Expectation> expectations, Duration limit) {
        this.engine = engine;
        this.sandbox = sandbox;
        this.expectations = expectations;
        this.limit = limit;
    }

    private record Expectation(String output, List<String> command) {}

    /** @param sandbox its own command must go on running while the test does */
    public static SandboxSmokeTest of(DockerHost engine, SandboxSpec sandbox) {
        return new SandboxSmokeTest(engine, sandbox, List.of(), COMMAND);
    }

    /**
     * Adds a program that must end with exit code 0.
     *
     * @param output a text that it must write somewhere; empty for any
     */
    public SandboxSmokeTest expect(String output, String... command) {
        List<Expectation> more = new ArrayList<>(expectations);
        more.add(new Expectation(output, List.of(command)));
        return new SandboxSmokeTest(engine, sandbox, List.copyOf(more), limit);
    }

    /** How long each program may run; two minutes unless set. */
    public SandboxSmokeTest limit(Duration eachProgram) {
        return new SandboxSmokeTest(engine, sandbox, expectations, eachProgram);
    }

    @Override
    public void check(PipelineResult made, ProgressTask progress) {
        run(progress);
    }

    /**
     * Tests the image.
     *
     * @throws InvalidContentException if a program fails or writes something else; the message holds what it wrote
     * @throws io.sandboximage.error.SandboxImageException if the sandbox does not start
     */
    public void run(ProgressTask progress) {
        try (ProgressTask task = progress.child("smoke test of " + sandbox.image());
                LocalSandbox started = sandbox.start(engine, task)) {
            for (Expectation expectation : expectations) {
                ExecResult result =
                        started.exec(ExecRequest.of(expectation.command().toArray(new String[0]))
                                .limit(limit));
                String output = (result.output() + result.errors()).strip();
                if (result.exitCode() != 0 || !output.contains(expectation.output())) {
                    throw failure(expectation, result.exitCode(), output);
                }
                task.info(String.join(" ", expectation.command()) + ": " + output);
            }
            task.done(expectations.size() + " commands");
        }
    }

    private InvalidContentException failure(Expectation expectation, int exitCode, String output) {
        String shown = output.length() <= MAX_SHOWN ? output : "…" + output.substring(output.length() - MAX_SHOWN);
        String reason =
                exitCode != 0 ? "ended with exit code " + exitCode : "did not write \"" + expectation.output() + "\"";
        return new InvalidContentException("The image " + sandbox.image() + " does not work: the command \""
                + String.join(" ", expectation.command()) + "\" " + reason + ". It wrote: " + shown);
    }
}
