package io.sandboximage.benchmarks;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.DepotOutput;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A build through Depot's emulator beside the same build by the bare client on a connection that is open already, in turns, on one
 * buildkitd. Everything is cached, so that what is left is what Depot adds: announcing the build, waiting for a machine that is
 * ready, a new connection with mutual TLS, reports of health and steps, and telling the outcome. Prints a section of
 * {@code benchmarks/RESULTS.md}. Started by {@code benchmarks/bin/depot-overhead}.
 */
public final class DepotOverheadComparison {
    private static final String TOKEN = "token";
    private static final String PROJECT = "prj1";
    private static final int WARM_RUNS = 30;

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int runs;

    private DepotOverheadComparison(BenchmarkRun run) {
        this.work = run.work();
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run = BenchmarkRun.of("depot-overhead", arguments, "--runs", "50")) {
            new DepotOverheadComparison(run).run();
        }
    }

    private void run() throws IOException {
        Path context = Files.createDirectory(work.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n");
        try (DepotMachine machine = DepotMachine.start(Files.createDirectory(work.resolve("machine")));
                DepotEmulator emulator = DepotEmulator.start()
                        .token(TOKEN)
                        .project(PROJECT, "demo")
                        .pending(0, Duration.ZERO)
                        .machine(Platform.linuxOnThisMachine(), machine);
                BuildKitClient bare = BuildKitClient.connect(
                        BuildKitAddress.parse(machine.buildkitd().address()))) {
            out.printf("%n| Protocol | first build, ms | bare client, ms | Depot, ms | added per build, ms |%n"
                    + "|---|---|---|---|---|%n");
            for (DepotAccess.Protocol protocol : DepotAccess.Protocol.values()) {
                DepotAccess access = DepotAccess.of(TokenProvider.of(TOKEN))
                        .at(emulator.url())
                        .protocol(protocol);
                try (DepotBuilder depot = DepotBuilder.of(access).project(PROJECT)) {
                    compare(
                            protocol,
                            () -> depot(depot, context),
                            () -> bare.solve(DockerfileBuild.of(context).toRequest(), ProgressTask.silent()));
                }
            }
        }
    }

    private static void depot(DepotBuilder builder, Path context) {
        builder.build(DockerfileBuild.of(context), List.of(), DepotOutput.none(), ProgressTask.silent());
    }

    private void compare(DepotAccess.Protocol protocol, Runnable depot, Runnable bare) {
        bare.run();
        double first = millis(depot);
        for (int i = 0; i < WARM_RUNS; i++) {
            bare.run();
            depot.run();
        }
        List<Double> bareTimes = new ArrayList<>();
        List<Double> depotTimes = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            bareTimes.add(millis(bare));
            depotTimes.add(millis(depot));
        }
        out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.1f | %.1f | %.1f |%n",
                protocol,
                first,
                Times.median(bareTimes),
                Times.median(depotTimes),
                Times.median(depotTimes) - Times.median(bareTimes));
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }
}
