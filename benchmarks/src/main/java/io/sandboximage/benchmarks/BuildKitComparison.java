package io.sandboximage.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Our BuildKit client in this process, and {@code buildctl}, in turns against one daemon. Prints a section of
 * {@code benchmarks/RESULTS.md}. Needs root. Started by {@code benchmarks/bin/buildkit-peers}, which sets the heap.
 */
public final class BuildKitComparison {
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int START_RUNS = 5;
    private static final int WARM_RUNS = 5;

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final double scale;
    private final String only;
    private final int runs;

    private BuildKitComparison(BenchmarkRun run) {
        this.work = run.work();
        this.scale = run.decimal("--scale");
        this.only = run.text("--only");
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--scale S] [--runs N] [--only TEXT]}; TEXT is a part of a scenario's name */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run =
                BenchmarkRun.of("buildkit-peers", arguments, "--scale", "1", "--runs", "5", "--only", "")) {
            new BuildKitComparison(run).run();
        }
    }

    private void run() throws IOException {
        List<Series> all = new BuildKitScenarios(work, scale)
                .make().stream()
                        .filter(scenario -> scenario.name().contains(only))
                        .map(Series::new)
                        .toList();
        try (BuildKitProcess daemon = BuildKitProcess.start(Files.createDirectory(work.resolve("daemon")));
                BuildKitClient client = BuildKitClient.connect(BuildKitAddress.parse(daemon.address()))) {
            describe(client.version().orElse("?"), start(daemon));
            for (Series series : all) {
                // Caches fill, and the JVM compiles what a program that runs has compiled.
                for (int i = 0; i < (series.scenario.cold() ? 1 : WARM_RUNS); i++) {
                    runOnce(series, daemon, client);
                }
                series.clear();
                for (int i = 0; i < runs; i++) {
                    runOnce(series, daemon, client);
                }
                print(series);
            }
        }
    }

    private static final class Series {
        private final BuildKitScenario scenario;
        private final List<Double> ours = new ArrayList<>();
        private final List<Double> oursCpu = new ArrayList<>();
        private final List<Double> buildctl = new ArrayList<>();

        Series(BuildKitScenario scenario) {
            this.scenario = scenario;
        }

        void clear() {
            ours.clear();
            oursCpu.clear();
            buildctl.clear();
        }
    }

    private static void runOnce(Series series, BuildKitProcess daemon, BuildKitClient client) throws IOException {
        BuildKitScenario scenario = series.scenario;
        prepare(scenario, daemon);
        long cpu = processCpuNanos();
        long start = System.nanoTime();
        client.solve(scenario.ours().get(), ProgressTask.silent());
        series.ours.add(seconds(System.nanoTime() - start));
        series.oursCpu.add(seconds(processCpuNanos() - cpu));

        prepare(scenario, daemon);
        Command command = daemon.buildctl(scenario.buildctl().toArray()).timeout(LIMIT);
        series.buildctl.add(seconds(scenario.standardInput()
                .map(command::stdin)
                .orElse(command)
                .run()
                .orFail()
                .took()));
    }

    private static void prepare(BuildKitScenario scenario, BuildKitProcess daemon) throws IOException {
        for (Path output : scenario.outputs()) {
            if (Files.exists(output)) {
                FileTrees.delete(output);
            }
        }
        if (scenario.cold()) {
            daemon.buildctl("prune", "--all").timeout(LIMIT).run().orFail();
        }
        Command.of("sync").timeout(LIMIT).run().orFail();
    }

    /** What buildctl takes to start and to ask for one thing, as a measure of how much of its time is not work. */
    private static double start(BuildKitProcess daemon) {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < START_RUNS; i++) {
            times.add(seconds(daemon.buildctl("debug", "info").run().orFail().took()));
        }
        return Times.median(times);
    }

    private void describe(String version, double start) {
        out.printf(
                Locale.ROOT,
                """
                ## BuildKit client beside buildctl

                `benchmarks/bin/buildkit-peers --scale %s --runs %d`

                One buildkitd %s over its unix socket. Ours is `BuildKitClient.solve` in a JVM that runs already, with `-Xmx%dm`;
                `buildctl` is a process each time, of which %.3f s are not work (`buildctl debug info`). Uploads go into a daemon that was
                pruned before, and are nothing but the transfer. Each in turns after one unmeasured run, or %d of what needs no
                pruning.

                %s, %d runs.

                """,
                scale,
                runs,
                version,
                Runtime.getRuntime().maxMemory() >> 20,
                start,
                WARM_RUNS,
                BenchmarkRun.where(),
                runs);
        out.println(
                "| What | Ours s, min | Ours s, median | CPU s of our process | buildctl s, min | buildctl s, median |"
                        + " Ours / buildctl (median) | Ours / buildctl (min) |");
        out.println("|---|---|---|---|---|---|---|---|");
    }

    private void print(Series series) {
        double ours = Times.median(series.ours);
        double buildctl = Times.median(series.buildctl);
        out.printf(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.2f | %.2f |%n",
                series.scenario.name(),
                Times.min(series.ours),
                ours,
                Times.median(series.oursCpu),
                Times.min(series.buildctl),
                buildctl,
                ours / buildctl,
                Times.min(series.ours) / Times.min(series.buildctl));
    }

    private static long processCpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static double seconds(Duration duration) {
        return seconds(duration.toNanos());
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
