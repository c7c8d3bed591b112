package io.sandboximage.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** File systems as large as they can be: on the folder's own file system and, where that cannot hold such files, on XFS. */
final class ScaleSizes {
    private static final long TIB = 1L << 40;
    private static final long[] SIZES = {TIB, 4 * TIB, 16 * TIB - 4096, 16 * TIB};
    private static final int HEAP_MIB = 256;

    private final Path work;
    private final Path layout;
    private final PrintStream out;

    ScaleSizes(Path work, Path layout, PrintStream out) {
        this.work = work;
        this.layout = layout;
        this.out = out;
    }

    void run() throws IOException, InterruptedException {
        ScaleImages.wideDirectory(layout, 1000);
        out.printf("%n**Size of the file system (-Xmx%dm)**%n%n", HEAP_MIB);
        out.println("| Size bytes | Stands on | Wall s | CPU s | Peak MB | On disk MB | e2fsck s |");
        out.println("|---|---|---|---|---|---|---|");
        String here = ScaleRun.shell("stat -f -c %T '" + work + "'").strip();
        for (long size : SIZES) {
            row(size, here, work);
        }
        if (!ScaleRun.shell("id -u").strip().equals("0")) {
            return;
        }
        Path disk = work.resolve("xfs.disk");
        Path mount = Files.createDirectory(work.resolve("xfs"));
        ScaleRun.shell("truncate -s 8G '" + disk + "' && mkfs.xfs -q '" + disk + "' && mount -o loop '" + disk + "' '"
                + mount + "'");
        try {
            row(SIZES[SIZES.length - 1], "xfs", mount);
        } finally {
            ScaleRun.shell("umount '" + mount + "' && rm '" + disk + "'");
        }
    }

    private void row(long size, String where, Path place) throws IOException, InterruptedException {
        Path file = place.resolve("large.ext4");
        ScaleRun run;
        try {
            run = ScaleRun.of(layout, file, HEAP_MIB, "size=" + size);
        } catch (IOException e) {
            String reason = String.valueOf(e.getMessage())
                    .lines()
                    .filter(line -> line.contains("StorageException"))
                    .findFirst()
                    .orElseThrow(() -> e);
            out.printf("| %,d | %s | %s |  |  |  |  |%n", size, where, reason.replaceFirst(".*Exception: ", ""));
            return;
        }
        double check = run.check();
        out.printf(
                Locale.ROOT,
                "| %,d | %s | %.1f | %.1f | %d | %d | %.1f |%n",
                size,
                where,
                run.measured().wallSeconds(),
                run.measured().cpuSeconds(),
                run.measured().peakBytes() >> 20,
                run.diskBytes() >> 20,
                check);
        Files.delete(file);
    }
}
