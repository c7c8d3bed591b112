package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Conversions of images that have very much of one thing: entries, bytes, layers, a huge file, a wide directory, a huge file system. Tells
 * what each unit more costs and how much memory is needed; every result is checked by e2fsck. Started by {@code
 * benchmarks/bin/ext4-scale}.
 */
public final class Ext4Scale {
    private static final int MIB = 1 << 20;
    private static final long GIB = 1L << 30;
    private static final double HALF = 0.5;
    private static final int ENOUGH_MIB = 1536;
    private static final int SMALL_MIB = 256;
    private static final int LAYER_COUNT = 100;
    private static final int CONTENT_GIB = 200;
    private static final int WIDE_ENTRIES = 500_000;

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final Path layout;
    private final Path file;
    private final double scale;

    private Ext4Scale(BenchmarkRun run) {
        work = run.work();
        layout = work.resolve("layout");
        file = work.resolve("image.ext4");
        scale = run.decimal("--scale");
    }

    /**
     * @param arguments {@code [--dir DIR] [--scale S] [--cases NAME,…]}; DIR needs room for 7 GB at scale 1, and 16 TiB are only made
     *     where this is root
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String all = "entries,heap,bytes,layers,content,file,directory,sharing,size";
        try (BenchmarkRun run = BenchmarkRun.of("ext4-scale", arguments, "--scale", "1", "--cases", all)) {
            Ext4Scale benchmark = new Ext4Scale(run);
            benchmark.out.printf(
                    "%s. Each conversion is a process of its own; CPU is user and system, peak the resident set. Every"
                            + " result passed `e2fsck -fn`.%n",
                    BenchmarkRun.where());
            for (String name : run.text("--cases").split(",", -1)) {
                benchmark.run(name);
            }
        }
    }

    private void run(String name) throws IOException, InterruptedException {
        switch (name) {
            case "entries" -> entries();
            case "heap" -> heap();
            case "bytes" -> bytes();
            case "layers" -> layers();
            case "content" -> content();
            case "file" -> sparseFile();
            case "directory" -> directory();
            case "sharing" -> sharing();
            case "size" -> new ScaleSizes(work, layout, out).run();
            default -> throw new IllegalArgumentException("There is no case " + name);
        }
        clean();
    }

    private void entries() throws IOException, InterruptedException {
        head("Entries (122 MiB of data in any case, -Xmx" + ENOUGH_MIB + "m)", "Entries");
        List<Integer> counts = List.of(125_000, 250_000, 500_000, 1_000_000, 2_000_000);
        double[] x = new double[counts.size()];
        double[] cpu = new double[counts.size()];
        for (int i = 0; i < x.length; i++) {
            int entries = (int) (counts.get(i) * scale);
            ScaleImages.entries(layout, entries);
            ScaleRun run = row("%,d".formatted(entries), ENOUGH_MIB);
            x[i] = entries;
            cpu[i] = run.measured().cpuSeconds();
        }
        double[] line = ScaleRun.line(x, cpu);
        out.printf(Locale.ROOT, "%n%.1f µs of CPU for each entry more%s.%n", line[1] * 1e6, steps(x, cpu, 1e6, "µs"));
    }

    private void heap() throws IOException, InterruptedException {
        out.printf("%n| Entries | Least -Xmx MB | CPU s with it | Peak MB with it |%n|---|---|---|---|%n");
        int[] counts = {(int) (500_000 * scale), (int) (2_000_000 * scale)};
        int[] least = new int[counts.length];
        for (int i = 0; i < counts.length; i++) {
            ScaleImages.entries(layout, counts[i]);
            // A heap grows with the entries, but for what every process takes.
            int known = i == 0 ? 0 : least[i - 1];
            int growth = i == 0 ? 0 : counts[i] / counts[i - 1];
            least[i] = i == 0
                    ? ScaleRun.leastHeap(layout, file, 16, SMALL_MIB, SMALL_MIB / 32)
                    : ScaleRun.leastHeap(layout, file, known * growth / 2, known * growth * 5 / 4, known / 4);
            ScaleRun run = ScaleRun.of(layout, file, least[i]);
            run.check();
            out.printf(
                    Locale.ROOT,
                    "| %,d | %d | %.1f | %d |%n",
                    counts[i],
                    least[i],
                    run.measured().cpuSeconds(),
                    run.measured().peakBytes() / MIB);
            clean();
        }
        out.printf(
                Locale.ROOT,
                "%n%.0f bytes of heap for each file more; paths of about 60 bytes, names of 17.%n",
                (double) (least[1] - least[0]) * MIB / (counts[1] - counts[0]));
    }

    private void bytes() throws IOException, InterruptedException {
        head("Bytes (10,000 files in four gzip layers, half as large as their content, -Xmx256m)", "Content GB");
        List<Double> sizes = List.of(HALF, 1.0, 2.0, 4.0);
        double[] x = new double[sizes.size()];
        double[] cpu = new double[sizes.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = sizes.get(i) * scale;
            ScaleImages.bytes(layout, (long) (x[i] * 1e9));
            cpu[i] = row("%.1f".formatted(x[i]), SMALL_MIB).measured().cpuSeconds();
        }
        out.printf(
                Locale.ROOT, "%n%.2f s of CPU for each GB more%s.%n", ScaleRun.line(x, cpu)[1], steps(x, cpu, 1, "s"));
    }

    private void layers() throws IOException, InterruptedException {
        head(
                "Layers (100,000 files of 1 KiB; each layer replaces and removes some of the one below, -Xmx256m)",
                "Layers");
        for (int layers = 1; layers <= LAYER_COUNT; layers *= 10) {
            ScaleImages.layers(layout, layers);
            row(Integer.toString(layers), SMALL_MIB);
        }
    }

    private void content() throws IOException, InterruptedException {
        int gib = (int) Math.ceil(CONTENT_GIB * scale);
        head("Content (files of 1 GiB in 20 zstd layers: 64 KiB of noise, then zeros, -Xmx256m)", "Content GiB");
        ScaleImages.content(layout, gib);
        row(Integer.toString(gib), SMALL_MIB);
    }

    private void sparseFile() throws IOException, InterruptedException {
        long bytes = 3 * GIB * 1024 / 2;
        head("One sparse file (1,000 pieces of data, PAX sparse format 1.0, -Xmx256m)", "Size GiB");
        ScaleImages.sparseFile(layout, bytes);
        row(Long.toString(bytes / GIB), SMALL_MIB);
    }

    private void directory() throws IOException, InterruptedException {
        int entries = (int) (WIDE_ENTRIES * scale);
        head("One directory (small files, -Xmx256m)", "Entries");
        ScaleImages.wideDirectory(layout, entries);
        convert("%,d".formatted(entries), SMALL_MIB);
        out.println();
        out.println(new WideDirectory(file, entries).facts());
    }

    private void sharing() throws IOException, InterruptedException {
        long blocks = ScaleImages.sharing(layout);
        Path other = work.resolve("other.ext4");
        ScaleRun.of(layout, file, SMALL_MIB, "tag=v1").check();
        ScaleRun.of(layout, other, SMALL_MIB, "tag=v2").check();
        out.printf(
                Locale.ROOT,
                "%n**Two snapshots that share 11 of 12 layers** (22,000 files; the twelfth replaces or removes 100 of"
                        + " them) have %.2f %% of the %,d blocks of those layers equal at equal offsets.%n",
                100 * SharedBlocks.share(file, other, blocks),
                blocks);
        Files.delete(other);
    }

    private void head(String title, String unit) {
        out.printf(
                "%n**%s**%n%n| %s | Wall s | CPU s | Peak MB | Unpack s | Plan s | Metadata and sync s | Layers MB |"
                        + " File system GB | On disk MB | e2fsck s |%n|---|---|---|---|---|---|---|---|---|---|---|%n",
                title, unit);
    }

    /** Converts what the layout holds, checks it, prints a row, and makes room. */
    private ScaleRun row(String label, int heapMib) throws IOException, InterruptedException {
        ScaleRun run = convert(label, heapMib);
        clean();
        return run;
    }

    private ScaleRun convert(String label, int heapMib) throws IOException, InterruptedException {
        ScaleRun run = ScaleRun.of(layout, file, heapMib);
        double check = run.check();
        out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.1f | %d | %.1f | %.1f | %.1f | %d | %.1f | %d | %.1f |%n",
                label,
                run.measured().wallSeconds(),
                run.measured().cpuSeconds(),
                run.measured().peakBytes() / MIB,
                run.number("unpackMillis") / 1e3,
                run.number("planMillis") / 1e3,
                run.number("finishMillis") / 1e3,
                Long.parseLong(
                        ScaleRun.shell("du -sm '" + layout + "' | cut -f 1").strip()),
                run.number("sizeBytes") / 1e9,
                run.diskBytes() / MIB,
                check);
        return run;
    }

    /** What each unit costs between neighbours, so that a curve would show. */
    private static String steps(double[] x, double[] y, double factor, String unit) {
        StringBuilder text = new StringBuilder(" (between neighbours ");
        for (int i = 1; i < x.length; i++) {
            text.append(i == 1 ? "" : ", ").append("%.2f".formatted((y[i] - y[i - 1]) / (x[i] - x[i - 1]) * factor));
        }
        return text.append(' ').append(unit).append(')').toString();
    }

    private void clean() throws IOException {
        Files.deleteIfExists(file);
        ScaleRun.shell("rm -rf '" + layout + "'");
    }
}
