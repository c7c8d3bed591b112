package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * From an OCI image to an ext4 file: this project, {@code umoci} with {@code mke2fs -d}, and a loop mount with {@code tar}, in
 * turns, as whole processes. Prints the Markdown of {@code benchmarks/RESULTS.md}. Needs root for the loop mount. Started by {@code benchmarks/bin/ext4-peers}.
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
        List<Series> all = Stream.of(
                        Contestant.ours(layout, work),
                        Contestant.umociAndMke2fs(layout, work, sizeBytes),
                        Contestant.loopMountAndTar(layout, work, sizeBytes, layers))
                .map(Series::new)
                .toList();
        // In turns, so that a slower minute of the machine hits everybody.
        for (int i = 0; i < runs; i++) {
            for (Series series : all) {
                Contestant contestant = series.contestant;
                shell("sync");
                series.runs.add(Measurement.of(contestant.script(), work.resolve("log")));
                shell("e2fsck -fn '" + contestant.file() + "'");
                series.usedInodes = usedInodes(contestant.file());
                shell(contestant.clean());
            }
        }
        print(all);
    }

    private static final class Series {
        private final Contestant contestant;
        private final List<Measurement> runs = new ArrayList<>();
        private long usedInodes;

        Series(Contestant contestant) {
            this.contestant = contestant;
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

            Whole processes, from an OCI layout on disk to an ext4 file. Ours verifies every blob, syncs its file and runs with a heap
            of 256 MB; the others do not verify, nor all sync. Tar is told what whiteouts remove instead of finding out. Every result
            passed `e2fsck -fn`.

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
        out.println("| Way | Wall s, min | Wall s, median | CPU s, median | Peak MB | Wall, ours = 1 (median) | Inodes"
                + " used |");
        out.println("|---|---|---|---|---|---|---|");
        double ours = all.get(0).medianWall();
        for (Series series : all) {
            out.printf(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %d | %.1f | %d |%n",
                    series.contestant.name(),
                    series.runs.stream()
                            .mapToDouble(Measurement::wallSeconds)
                            .min()
                            .orElseThrow(),
                    series.medianWall(),
                    Times.median(
                            series.runs.stream().map(Measurement::cpuSeconds).toList()),
                    series.runs.stream().mapToLong(Measurement::peakBytes).max().orElseThrow() / 1_000_000,
                    series.medianWall() / ours,
                    series.usedInodes);
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
