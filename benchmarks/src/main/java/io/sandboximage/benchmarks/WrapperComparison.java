package io.sandboximage.benchmarks;

import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whole processes, in turns: an unchanged build through {@code examples/bin/docker}, the same by docker itself with the engine's
 * own builder, and commands that the wrapper passes on. Prints a section of {@code benchmarks/RESULTS.md}. Started by
 * {@code benchmarks/bin/wrapper}.
 */
public final class WrapperComparison {
    /** The first start writes down its classes, the second archives them beside its work, and that takes some seconds. */
    private static final int STARTS_BEFORE = 3;

    private static final long ARCHIVE_MILLIS = 15_000;
    private static final String TAG = "bench/wrapper:1";

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int runs;
    private final LayeredContext context;

    private WrapperComparison(BenchmarkRun run) {
        this.work = run.work();
        this.runs = run.number("--runs");
        int layers = run.number("--layers");
        this.context =
                new LayeredContext(work.resolve("context"), layers, run.number("--megabytes") * 1_000_000L / layers);
    }

    /** @param arguments {@code [--dir DIR] [--layers N] [--megabytes M] [--runs N]} */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BenchmarkRun run =
                BenchmarkRun.of("wrapper", arguments, "--layers", "10", "--megabytes", "50", "--runs", "9")) {
            new WrapperComparison(run).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        context.write();
        describe();
        try (BuildKitProcess builder = BuildKitProcess.start(Files.createDirectory(work.resolve("buildkit")));
                DockerProcess engine =
                        DockerProcess.start(Kind.V28_CLASSIC, Files.createDirectory(work.resolve("engine")))) {
            String docker = "'" + Engine.DOCKER_CLI.path() + "'";
            String wrapper = "'" + Path.of("examples", "bin", "docker").toAbsolutePath() + "'";
            String build = " build -q -t " + TAG + " '" + context.folder() + "'";
            Map<String, String> ways = new LinkedHashMap<>();
            ways.put("unchanged build through the wrapper", wrapper + build);
            ways.put("unchanged build by docker itself, in the engine", docker + build.replace(TAG, TAG + "-own"));
            ways.put("`docker version` through the wrapper", wrapper + " version");
            ways.put("`docker version`", docker + " version");
            String environment = "export DOCKER_HOST='" + engine.address() + "' DOCKER_CONFIG='"
                    + engine.configuration() + "' SANDBOX_IMAGE_BUILDER='" + builder.address()
                    + "' SANDBOX_IMAGE_DOCKER=" + docker + "\n";
            for (int i = 0; i < STARTS_BEFORE; i++) {
                Measurement.of(environment + wrapper + build, work.resolve("log"));
            }
            Thread.sleep(ARCHIVE_MILLIS);
            Map<String, List<Measurement>> measured = new LinkedHashMap<>();
            for (int i = 0; i <= runs; i++) {
                for (Map.Entry<String, String> way : ways.entrySet()) {
                    Measurement one = Measurement.of(environment + way.getValue(), work.resolve("log"));
                    if (i > 0) {
                        measured.computeIfAbsent(way.getKey(), any -> new ArrayList<>())
                                .add(one);
                    }
                }
            }
            measured.forEach(this::print);
        }
    }

    private void describe() {
        out.printf(
                Locale.ROOT,
                """
                ## The docker wrapper

                `benchmarks/bin/wrapper --layers %d --megabytes %d --runs %d`

                Whole processes, JVM and all; a buildkitd and a separate Engine 28.5 (classic store) on the same machine.

                %s.

                | What | Wall s, min | Wall s, median | CPU s, median | Peak MB |
                |---|---|---|---|---|
                """,
                context.layers(),
                context.layers() * context.layerBytes() / 1_000_000,
                runs,
                BenchmarkRun.where());
    }

    private void print(String what, List<Measurement> all) {
        List<Double> wall = all.stream().map(Measurement::wallSeconds).sorted().toList();
        List<Double> cpu = all.stream().map(Measurement::cpuSeconds).sorted().toList();
        long peak = all.stream().mapToLong(Measurement::peakBytes).max().orElse(0);
        out.printf(
                Locale.ROOT,
                "| %s | %.3f | %.3f | %.3f | %d |%n",
                what,
                wall.get(0),
                wall.get(wall.size() / 2),
                cpu.get(cpu.size() / 2),
                peak >> 20);
    }
}
