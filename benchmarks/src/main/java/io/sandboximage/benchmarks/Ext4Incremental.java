package io.sandboximage.benchmarks;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Conversions of an image of which only the top layer of twelve is new, with a layer cache, beside full ones: as whole processes and in
 * a running JVM; on the file system of the folder and, where this is root, on XFS and btrfs. Compares the bytes. Started by {@code
 * benchmarks/bin/ext4-incremental}.
 */
public final class Ext4Incremental {
    private static final int WARM_UPS = 8;

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final Path layout;
    private final List<String> tags;
    private final int runs;

    private Ext4Incremental(BenchmarkRun run) throws IOException {
        work = run.work();
        layout = work.resolve("layout");
        runs = run.number("--runs");
        tags = BenchmarkImage.writeVersions(layout, run.decimal("--scale"), 1 + 2 * runs + WARM_UPS);
    }

    /** @param arguments {@code [--dir DIR] [--scale S] [--runs N]}; scale 1 is about 2 GB */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BenchmarkRun run = BenchmarkRun.of("ext4-incremental", arguments, "--scale", "1", "--runs", "3")) {
            new Ext4Incremental(run).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        out.printf("%s. Median seconds of %d runs, in brackets user and system.%n%n", BenchmarkRun.where(), runs);
        out.println(
                "| File system | Full, process | Filling the cache, process | One new layer of 12, process | Full = 1 |"
                        + " Full, running JVM | One new layer of 12, running JVM | Full = 1 |");
        out.println("|---|---|---|---|---|---|---|---|");
        measure(
                "as it is (" + shell("stat -f -c %T '" + work + "'").strip() + ")",
                Files.createDirectory(work.resolve("here")));
        if (shell("id -u").strip().equals("0")) {
            for (String type : List.of("xfs", "btrfs")) {
                Path mount = Files.createDirectory(work.resolve(type));
                Path device = work.resolve(type + ".img");
                shell("truncate -s 16G '" + device + "' && mkfs." + type + " -q '" + device + "' && mount -o loop '"
                        + device + "' '" + mount + "'");
                try {
                    measure(type, mount);
                } finally {
                    shell("umount '" + mount + "' && rm '" + device + "'");
                }
            }
        }
    }

    private void measure(String name, Path place) throws IOException, InterruptedException {
        Path file = place.resolve("image.ext4");
        Path cache = place.resolve("cache");
        List<Measurement> full = new ArrayList<>();
        List<Measurement> incremental = new ArrayList<>();
        Measurement filling = process(file, tags.get(0), cache.toString());
        for (int i = 1; i <= runs; i++) {
            full.add(process(file, tags.get(i), ""));
            Files.move(file, place.resolve("full.ext4"));
            incremental.add(process(file, tags.get(i), cache.toString()));
            shell("cmp '" + file + "' '" + place.resolve("full.ext4") + "' && rm '" + place.resolve("full.ext4") + "'");
        }
        List<Double> warmFull = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        inThisProcess(file, tags.get(0), "");
        for (int i = 0; i < runs; i++) {
            warmFull.add(inThisProcess(file, tags.get(i), ""));
        }
        for (int i = 0; i < WARM_UPS + runs; i++) {
            double seconds = inThisProcess(file, tags.get(1 + runs + i), cache.toString());
            if (i >= WARM_UPS) {
                warm.add(seconds);
            }
        }
        shell("rm -rf '" + file + "' '" + cache + "'");
        double fullWall = median(full);
        double incrementalWall = median(incremental);
        out.printf(
                Locale.ROOT,
                "| %s | %.2f (%.1f) | %.2f (%.1f) | %.2f (%.1f) | %.1f × | %.2f | %.3f | %.1f × |%n",
                name,
                fullWall,
                cpu(full),
                filling.wallSeconds(),
                filling.cpuSeconds(),
                incrementalWall,
                cpu(incremental),
                fullWall / incrementalWall,
                Times.median(warmFull),
                Times.median(warm),
                Times.median(warmFull) / Times.median(warm));
    }

    private Measurement process(Path file, String tag, String cache) throws IOException, InterruptedException {
        shell("rm -f '" + file + "'; sync");
        return Measurement.of(Contestant.conversion(layout, file, tag, cache), work.resolve("log"));
    }

    private double inThisProcess(Path file, String tag, String cache) throws IOException, InterruptedException {
        shell("rm -f '" + file + "'; sync");
        long start = System.nanoTime();
        ConvertImage.main(
                cache.isEmpty()
                        ? new String[] {layout.toString(), file.toString(), tag}
                        : new String[] {layout.toString(), file.toString(), tag, cache});
        return Times.since(start);
    }

    private static double median(List<Measurement> measured) {
        return Times.median(measured.stream().map(Measurement::wallSeconds).toList());
    }

    private static double cpu(List<Measurement> measured) {
        return Times.median(measured.stream().map(Measurement::cpuSeconds).toList());
    }

    private static String shell(String script) {
        return Command.of("bash", "-c", script)
                .timeout(Duration.ofMinutes(10))
                .run()
                .orFail()
                .output();
    }
}
