package io.sandboximage.benchmarks;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
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
import java.util.Optional;
import java.util.Random;

/**
 * A push to Daytona's registry beside the same copy to a plain one, in turns, from an OCI layout of 95 layers: first all of it, then
 * with one layer changed. Prints a section of {@code benchmarks/RESULTS.md}. Started by {@code benchmarks/bin/daytona-push}.
 */
public final class DaytonaPushComparison {
    private static final int LAYERS = 95;
    private static final Duration LIMIT = Duration.ofMinutes(20);
    private static final ProgressTask SILENT = ProgressTask.silent();

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Path work;
    private final int runs;
    private final List<Path> bulk = new ArrayList<>();

    private DaytonaPushComparison(Path work, int runs) {
        this.work = work;
        this.runs = runs;
    }

    /** @param arguments {@code [--dir DIR] [--megabytes M] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        Map<String, Integer> options = new LinkedHashMap<>(Map.of("--megabytes", 1000, "--runs", 5));
        Path parent = Path.of(System.getProperty("java.io.tmpdir"));
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            if (arguments[i].equals("--dir")) {
                parent = Path.of(arguments[i + 1]);
            } else if (options.replace(arguments[i], Integer.valueOf(arguments[i + 1])) == null) {
                throw new IllegalArgumentException("Usage: daytona-push [--dir DIR] [--megabytes M] [--runs N]");
            }
        }
        Path work = Files.createTempDirectory(parent.toAbsolutePath(), "daytona-push");
        try {
            new DaytonaPushComparison(work, options.getOrDefault("--runs", 1))
                    .run(options.getOrDefault("--megabytes", 1) * 1_000_000L);
        } finally {
            Command.of("rm", "-rf", work).timeout(LIMIT).run();
        }
    }

    private record Pair(double plain, double daytona, Delivery pushed) {}

    private void run(long bytes) throws IOException {
        for (int i = 0; i <= LAYERS + runs; i++) {
            byte[] content = new byte[(int) (bytes / LAYERS)];
            new Random(i).nextBytes(content);
            bulk.add(Files.write(work.resolve("bulk-" + i), content));
        }
        ScriptedClock clock = ScriptedClock.start();
        RobotAccounts robots = new RobotAccounts(clock);
        try (RegistryProcess plain = start("plain");
                RegistryProcess daytona = start("daytona");
                RegistryClient registries = RegistryClient.builder().build();
                DaytonaEmulator emulator = DaytonaEmulator.builder()
                        .clock(clock)
                        .registry(daytona.address(), robots)
                        .start();
                DaytonaClient client = DaytonaClient.builder()
                        .baseUrl(emulator.url())
                        .apiKey("dtn_test")
                        .time(clock, clock::sleep)
                        .build()) {
            out.printf(
                    "%n| Push | MB moved | plain registry, s | Daytona, s | Daytona / plain |%n|---|---|---|---|---|%n");
            print("everything", List.of(push(0, plain, registries, client)));
            List<Pair> changed = new ArrayList<>();
            for (int i = 1; i <= runs; i++) {
                changed.add(push(i, plain, registries, client));
            }
            print("1 of " + LAYERS + " layers changed, median of " + runs, changed);
        }
    }

    private RegistryProcess start(String name) throws IOException {
        return RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(work.resolve(name)));
    }

    /**
     * The copy and the push of one version, each after a look at the same layout. The push includes access to the registry and the
     * request for the snapshot, but not Daytona's own work on it.
     */
    private Pair push(int version, RegistryProcess plain, RegistryClient registries, DaytonaClient client) {
        Path layout = layout(version);
        ImageReference target = ImageReference.parse(plain.address() + "/bench/image:v" + version);
        long start = System.nanoTime();
        Delivery copy;
        try (ImageSource image = OciLayout.source(layout)) {
            copy = registries
                    .sink(target, CopyOptions.DEFAULT.only(Platform.LINUX_AMD64))
                    .write(image, SILENT);
        }
        double copied = seconds(start);
        start = System.nanoTime();
        try (ImageSource image = OciLayout.source(layout)) {
            String id = client.snapshots()
                    .create(SnapshotSpec.local("bench-" + version, image), SILENT)
                    .id();
            double pushed = seconds(start);
            client.snapshots().await(id, SnapshotWait.DEFAULT, SILENT);
            return new Pair(copied, pushed, copy);
        }
    }

    private Path layout(int version) {
        ImageAssembly assembly = ImageAssembly.scratch(Platform.LINUX_AMD64).cacheDirectory(work.resolve("cache"));
        for (int i = 0; i < LAYERS; i++) {
            Path content = bulk.get(version > 0 && i == LAYERS / 2 ? LAYERS + version : i);
            assembly = assembly.layer(LayerSpec.empty().file("/file-" + i, content, 0644));
        }
        Path layout = work.resolve("layout-" + version);
        try (ImageSource image = assembly.produce(SILENT)) {
            ImageCopier.sink("layout", () -> OciLayout.destination(layout, Optional.of("v1")), CopyOptions.DEFAULT)
                    .write(image, SILENT);
        }
        return layout;
    }

    private void print(String what, List<Pair> pairs) {
        double plain = pairs.stream().mapToDouble(Pair::plain).sorted().toArray()[pairs.size() / 2];
        double daytona = pairs.stream().mapToDouble(Pair::daytona).sorted().toArray()[pairs.size() / 2];
        double moved = pairs.get(pairs.size() - 1).pushed().bytesCopied() / 1e6;
        out.printf(Locale.ROOT, "| %s | %.1f | %.3f | %.3f | %.3f |%n", what, moved, plain, daytona, daytona / plain);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
