package io.sandboximage.pipeline;

import io.sandboximage.PipelineRun;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.error.CancelledException;
import io.sandboximage.tests.FairClock;
import io.sandboximage.tests.JavaProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs of {@link EverywhereProgram} that are cancelled, in a process of their own, so that they have a temporary folder of their own
 * and the first of them a cold one.
 */
final class CancelledRuns implements AutoCloseable {
    private static final Duration LATE = Duration.ofSeconds(1);

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    /** @param temporary the process's temporary folder; its log lies beside it */
    CancelledRuns(EverywhereProgram.Places places, Path temporary) throws IOException {
        List<String> line = JavaProgram.line(
                List.of("-Djava.io.tmpdir=" + temporary, "-XX:TieredStopAtLevel=1"),
                CancelledRuns.class,
                List.of(places.arguments()));
        process = new ProcessBuilder(line)
                .redirectError(temporary.resolveSibling("cancelled.log").toFile())
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * How a run went.
     *
     * @param ran from the start to the cancellation, or to the end before it
     * @param took from the cancellation to the end
     * @param fairly the same by a {@link FairClock}
     * @param cancelled whether it was; else it was done before
     * @param late what its threads did when they should have ended long ago; empty if they had
     */
    record Outcome(Duration ran, Duration took, Duration fairly, boolean cancelled, String late) {}

    /** One run. */
    Outcome cancelAfter(Duration moment) throws IOException {
        orders.write(moment.toNanos() + "\n");
        orders.flush();
        String answer = answers.readLine();
        if (answer == null || answer.startsWith("failed")) {
            throw new AssertionError("A cancelled run " + answer);
        }
        String[] words = answer.split(" ", 5);
        return new Outcome(
                Duration.ofMillis(Long.parseLong(words[0])),
                Duration.ofMillis(Long.parseLong(words[1])),
                Duration.ofMillis(Long.parseLong(words[2])),
                words[3].equals("cancelled"),
                words[4].replace("\\n", "\n"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    public static void main(String[] arguments) throws Exception {
        EverywhereProgram.Places places = EverywhereProgram.Places.of(arguments);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (FairClock clock = FairClock.start();
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                try {
                    out.println(run(places, Long.parseLong(line), clock));
                } catch (RuntimeException e) {
                    e.printStackTrace();
                    out.println("failed: " + e);
                }
            }
        }
    }

    private static String run(EverywhereProgram.Places places, long nanos, FairClock clock) throws Exception {
        try (EverywhereProgram program = new EverywhereProgram(places);
                BuildKitBuilder builder = program.builder()) {
            long start = System.nanoTime();
            PipelineRun run = program.pipeline(builder).start();
            // Any moment will do; this waits for none in particular.
            ends(run, nanos);
            long cancelled = System.nanoTime();
            long moment = clock.now();
            run.cancel();
            String late = ends(run, LATE.toNanos()) ? "" : stacks();
            ends(run, Long.MAX_VALUE);
            long took = System.nanoTime() - cancelled;
            long fairly = clock.since(moment).toMillis();
            boolean obeyed = run.future().isCompletedExceptionally();
            if (obeyed) {
                try {
                    run.result();
                } catch (CancelledException e) {
                    // As it should be; any other failure is told.
                }
            }
            return millis(cancelled - start) + " " + millis(took) + " " + fairly + " " + (obeyed ? "cancelled" : "done")
                    + " " + late;
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Whether it ends within so long. */
    private static boolean ends(PipelineRun run, long nanos) throws InterruptedException {
        try {
            run.future().get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private static String stacks() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            StackTraceElement[] stack = thread.getValue();
            if (Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith("io.sandboximage"))) {
                text.append(thread.getKey().getName())
                        .append(' ')
                        .append(thread.getKey().getState());
                Arrays.stream(stack).limit(12).forEach(frame -> text.append("\\n    ")
                        .append(frame));
                text.append("\\n");
            }
        }
        return text.toString();
    }
}
