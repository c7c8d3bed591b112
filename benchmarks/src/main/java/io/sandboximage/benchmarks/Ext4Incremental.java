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
    /** Until the JVM has compiled what matters; for what comes later most is compiled already. */
    private static final int FIRST_WARM_UPS = 12;

    private static final int LATER_WARM_UPS = 4;
    private static final int HEAP_MIB = 256;
    private static final List<Way> WAYS = List.of(
            new Way("a new file", List.of()),
            new Way("a new file, no sync", List.of("no-sync")),
            new Way("in place", List.of("in-place")));

    /** @param options of {@link ConvertImage} */
    private record Way(String name, List<String> options) {}

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final Path layout;
    private final List<String> tags;
    private final List<Jdk> jdks;
    private final int runs;

    private Ext4Incremental(BenchmarkRun run) throws IOException {
        work = run.work();
        layout = work.resolve("layout");
        runs = run.number("--runs");
        jdks = new ArrayList<>(List.of(Jdk.running()));
        Jdk.newerThanRunning().ifPresent(jdks::add);
        tags = BenchmarkImage.writeVersions(
                layout, run.decimal("--scale"), 1 + FIRST_WARM_UPS + WAYS.size() * (LATER_WARM_UPS + 1 + 2 * runs));
    }

    /** @param arguments {@code [--dir DIR] [--scale S] [--runs N]}; scale 1 is about 2 GB */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BenchmarkRun run = BenchmarkRun.of("ext4-incremental", arguments, "--scale", "1", "--runs", "3")) {
            new Ext4Incremental(run).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        out.printf("%s. Median seconds of %d runs, in brackets user and system.%n%n", BenchmarkRun.where(), runs);
        out.println("| File system | JDK | One new layer of 12 becomes | Full, process | New layer, process | Full = 1"
                + " (CPU) | Full, running JVM | New layer, running JVM | Full = 1 (CPU) |");
        out.println("|---|---|---|---|---|---|---|---|---|");
        for (Jdk jdk : jdks) {
            measure(
                    jdk,
                    shell("findmnt --noheadings --output FSTYPE --target '" + work + "'")
                            .strip(),
                    Files.createDirectory(work.resolve("here")));
            shell("rm -rf '" + work.resolve("here") + "'");
        }
        if (shell("id -u").strip().equals("0")) {
            for (String type : List.of("xfs", "btrfs")) {
                Path mount = Files.createDirectory(work.resolve(type));
                Path device = work.resolve(type + ".img");
                shell("truncate -s 16G '" + device + "' && mkfs." + type + " -q '" + device + "' && mount -o loop '"
                        + device + "' '" + mount + "'");
                try {
                    for (Jdk jdk : jdks) {
                        measure(jdk, type, mount);
                    }
                } finally {
                    shell("umount '" + mount + "' && rm '" + device + "'");
                }
            }
        }
    }

    private void measure(Jdk jdk, String fileSystem, Path place) throws IOException, InterruptedException {
        Path file = place.resolve("image.ext4");
        String cache = place.resolve("cache").toString();
        int next = 0;
        Measurement filling = process(jdk, file, tags.get(next++), List.of(cache));
        List<Measurement> full = new ArrayList<>();
        List<Measurement> fullWarm = new ArrayList<>();
        try (ConversionService service = ConversionService.start(jdk, work.resolve("log"))) {
            for (int i = 0; i <= runs; i++) {
                Measurement one = service.convert(arguments(fresh(file), tags.get(0), List.of()));
                if (i > 0) {
                    full.add(process(jdk, fresh(file), tags.get(0), List.of()));
                    fullWarm.add(one);
                }
            }
            for (Way way : WAYS) {
                List<String> more = new ArrayList<>(List.of(cache));
                more.addAll(way.options);
                boolean inPlace = way.options.contains("in-place");
                int warmUps = way.equals(WAYS.get(0)) ? FIRST_WARM_UPS : LATER_WARM_UPS;
                List<Measurement> fresh = new ArrayList<>();
                List<Measurement> warm = new ArrayList<>();
                // Of a first one in place there is nothing to be made of.
                process(jdk, fresh(file), tags.get(next++), more);
                for (int i = 0; i < runs; i++) {
                    fresh.add(process(jdk, inPlace ? file : fresh(file), tags.get(next++), more));
                }
                for (int i = 0; i < warmUps + runs; i++) {
                    shell("sync");
                    Measurement one = service.convert(arguments(inPlace ? file : fresh(file), tags.get(next++), more));
                    if (i >= warmUps) {
                        warm.add(one);
                    }
                }
                compare(jdk, file, tags.get(next - 1));
                row(fileSystem, jdk, way, List.of(full, fresh, fullWarm, warm));
            }
        }
        out.printf(
                Locale.ROOT,
                "| %s | %s | filling the cache | | %.2f (%.1f) | | | | |%n",
                fileSystem,
                jdk.feature(),
                filling.wallSeconds(),
                filling.cpuSeconds());
        shell("rm -rf '" + fresh(file) + "' '" + cache + "'");
    }

    private void row(String fileSystem, Jdk jdk, Way way, List<List<Measurement>> measured) throws IOException {
        out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                fileSystem,
                jdk.feature(),
                way.name,
                seconds(measured.get(0)),
                seconds(measured.get(1)),
                ratio(measured.get(0), measured.get(1)),
                seconds(measured.get(2)),
                seconds(measured.get(3)),
                ratio(measured.get(2), measured.get(3)));
    }

    private Measurement process(Jdk jdk, Path file, String tag, List<String> more)
            throws IOException, InterruptedException {
        shell("sync");
        return Measurement.of(
                jdk.command(
                        HEAP_MIB,
                        "",
                        ConvertImage.class,
                        arguments(file, tag, more).toArray()),
                work.resolve("log"));
    }

    private List<String> arguments(Path file, String tag, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of(layout.toString(), file.toString(), tag));
        arguments.addAll(more);
        return arguments;
    }

    private void compare(Jdk jdk, Path file, String tag) throws IOException, InterruptedException {
        Path full = file.resolveSibling("full.ext4");
        process(jdk, full, tag, List.of());
        shell("cmp '" + file + "' '" + full + "' && rm '" + full + "'");
    }

    /** The name, with nothing under it. */
    private static Path fresh(Path file) {
        shell("rm -f '" + file + "'; sync");
        return file;
    }

    private static String seconds(List<Measurement> measured) {
        return String.format(Locale.ROOT, "%.2f (%.2f)", wall(measured), cpu(measured));
    }

    private static String ratio(List<Measurement> full, List<Measurement> incremental) {
        return String.format(
                Locale.ROOT, "%.1f × (%.1f ×)", wall(full) / wall(incremental), cpu(full) / cpu(incremental));
    }

    private static double wall(List<Measurement> measured) {
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
