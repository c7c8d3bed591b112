package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * From an OCI image to an ext4 file: this project on two JDKs, {@code umoci} with {@code mke2fs -d}, a loop mount with {@code tar},
 * {@code tar2ext4}, and the least that any of them has to do, in turns, as whole processes. Prints the Markdown of {@code benchmarks/RESULTS.md}. Needs root for the loop mount. Started by {@code benchmarks/bin/ext4-peers}.
 */
public final class Ext4Comparison {
    private static final double FREE_SPACE = 1.35;
    private static final long BYTES_PER_ENTRY = 8192;
    private static final long SPARE_BYTES = 64L << 20;

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final double scale;
    private final int runs;

    private Ext4Comparison(BenchmarkRun run) {
        this.work = run.work();
        this.scale = run.decimal("--scale");
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--scale S] [--runs N]}; scale 1 is about 2 GB */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (BenchmarkRun run = BenchmarkRun.of("ext4-peers", arguments, "--scale", "1", "--runs", "3")) {
            new Ext4Comparison(run).run();
        }
    }

    private void run() throws IOException, InterruptedException {
        Path layout = work.resolve("layout");
        List<WrittenLayer> layers = BenchmarkImage.write(layout, scale);
        describe(layers);
        long contentBytes =
                layers.stream().mapToLong(WrittenLayer::contentBytes).sum();
        long entries = layers.stream().mapToLong(WrittenLayer::entries).sum();
        long wantedBytes = (long) (contentBytes * FREE_SPACE) + entries * BYTES_PER_ENTRY + SPARE_BYTES;
        long sizeBytes = wantedBytes - wantedBytes % (1 << 20);
        List<Series> all =
                contestants(layout, sizeBytes, layers).stream().map(Series::new).toList();
        for (Series series : all) {
            shell(series.contestant.prepare());
        }
        // In turns, so that a slower minute of the machine hits everybody.
        for (int i = 0; i < runs; i++) {
            for (Series series : all) {
                Contestant contestant = series.contestant;
                shell("sync");
                series.runs.add(Measurement.of(contestant.script(), work.resolve("log")));
                if (contestant.complete()) {
                    shell("e2fsck -fn '" + contestant.file() + "'");
                    series.usedInodes = Long.toString(usedInodes(contestant.file()));
                }
                shell(contestant.clean());
            }
        }
        print(all);
    }

    private List<Contestant> contestants(Path layout, long sizeBytes, List<WrittenLayer> layers)
            throws IOException, InterruptedException {
        List<Contestant> all = new ArrayList<>();
        all.add(Contestant.ours(layout, work, Jdk.running()));
        all.add(Contestant.limit(layout, work, Jdk.running()));
        Optional<Jdk> newer = Jdk.newerThanRunning();
        if (newer.isPresent()) {
            all.add(Contestant.ours(layout, work, newer.get()));
            all.add(Contestant.limit(layout, work, newer.get()));
        } else {
            out.printf("No newer JDK stands beside this one: its rows are left out.%n%n");
        }
        all.add(Contestant.umociAndMke2fs(layout, work, sizeBytes));
        all.add(Contestant.loopMountAndTar(layout, work, sizeBytes, layers));
        if (shell("type tar2ext4 || true").contains(" is ")) {
            all.add(Contestant.tar2ext4(layout, work, layers));
        } else {
            out.printf("tar2ext4 is not on the PATH: its row is left out.%n%n");
        }
        return all;
    }

    private static final class Series {
        private final Contestant contestant;
        private final List<Measurement> runs = new ArrayList<>();
        private String usedInodes = "–";

        Series(Contestant contestant) {
            this.contestant = contestant;
        }

        double minWall() {
            return Times.min(runs.stream().map(Measurement::wallSeconds).toList());
        }

        double medianWall() {
            return Times.median(runs.stream().map(Measurement::wallSeconds).toList());
        }
    }

    private void describe(List<WrittenLayer> layers) {
        out.printf(Locale.ROOT, """
            # Results

            ## OCI image to ext4

            `benchmarks/bin/ext4-peers --scale %s --runs %d > benchmarks/RESULTS.md`

            Whole processes, from an OCI layout on disk to an ext4 file. Ours compares every layer with its diff ID, syncs its file and
            runs with a heap of 256 MB and the options and class data of the command line; umoci compares too, the others do not, nor do
            all sync. Tar is told what whiteouts remove instead of finding out. The limit is a JVM with the same heap that only
            inflates with java.util.zip, computes the diff IDs, writes everything into one file, a layer at a time on each
            processor, and syncs it. Every ext4 file passed `e2fsck -fn`.

            """, scale, runs);
        out.printf(
                Locale.ROOT,
                "%s. Image: %d gzip layers, %d MB compressed, %d MB of content, %d entries;"
                        + " page cache warm, %d runs in turns.%n%n",
                BenchmarkRun.where(),
                layers.size(),
                layers.stream().mapToLong(WrittenLayer::blobBytes).sum() / 1_000_000,
                layers.stream().mapToLong(WrittenLayer::contentBytes).sum() / 1_000_000,
                layers.stream().mapToInt(WrittenLayer::entries).sum(),
                runs);
    }

    private void print(List<Series> all) {
        out.println("| Way | Wall s, min | Wall s, median | CPU s, median | Peak MB | Wall, ours = 1 (median) | (min)"
                + " | Inodes used |");
        out.println("|---|---|---|---|---|---|---|---|");
        double ours = all.get(0).medianWall();
        double oursMin = all.get(0).minWall();
        for (Series series : all) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %d | %.2f | %.2f | %s |%n",
                    series.contestant.name(),
                    series.minWall(),
                    series.medianWall(),
                    Times.median(
                            series.runs.stream().map(Measurement::cpuSeconds).toList()),
                    series.runs.stream().mapToLong(Measurement::peakBytes).max().orElseThrow() / 1_000_000,
                    series.medianWall() / ours,
                    series.minWall() / oursMin,
                    series.usedInodes);
        }
        out.println();
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i).contestant.isLimit()) {
                Series converting = all.get(i - 1);
                out.printf(
                        Locale.ROOT,
                        "%s: %.2f times its limit (median), %.2f (min).%n",
                        converting.contestant.name(),
                        converting.medianWall() / all.get(i).medianWall(),
                        converting.minWall() / all.get(i).minWall());
            }
        }
    }

    /** A cheap look at whether everybody made the same tree: as many inodes, whatever their size. */
    private static long usedInodes(Path file) throws IOException, InterruptedException {
        String header = shell("dumpe2fs -h '" + file + "' 2>/dev/null");
        return field(header, "Inode count:") - field(header, "Free inodes:");
    }

    private static long field(String header, String name) {
        return header.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
                .findFirst()
                .orElseThrow();
    }

    private static String shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("Failed: " + script + "\n" + output);
        }
        return output;
    }
}
