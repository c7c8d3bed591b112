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
import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Path work;
    private final int runs;

    private DepotOverheadComparison(Path work, int runs) {
        this.work = work;
        this.runs = runs;
    }

    /** @param arguments {@code [--dir DIR] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        Map<String, String> options =
                new LinkedHashMap<>(Map.of("--dir", System.getProperty("java.io.tmpdir"), "--runs", "50"));
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            if (options.replace(arguments[i], arguments[i + 1]) == null) {
                throw new IllegalArgumentException("Usage: depot-overhead [--dir DIR] [--runs N]");
            }
        }
        Path work = Files.createTempDirectory(
                Path.of(options.getOrDefault("--dir", "")).toAbsolutePath(), "depot-overhead");
        try {
            new DepotOverheadComparison(work, Integer.parseInt(options.getOrDefault("--runs", ""))).run();
        } finally {
            Command.of("rm", "-rf", work).timeout(LIMIT).run();
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
                median(bareTimes),
                median(depotTimes),
                median(depotTimes) - median(bareTimes));
    }

    private static double millis(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
