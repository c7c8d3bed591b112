package io.sandboximage.benchmarks;

import io.sandboximage.testkit.engine.LoopMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the kernel finds names in a directory of very many. */
final class WideDirectory {
    private static final int LOOKUPS = 5000;

    private final Path file;
    private final int entries;

    WideDirectory(Path file, int entries) {
        this.file = file;
        this.entries = entries;
    }

    /** What debugfs says of the index, and as root, how long lookups take after a fresh mount. */
    String facts() throws IOException {
        String tree = ScaleRun.shell("debugfs -R 'htree_dump /" + ScaleImages.WIDE + "' '" + file + "' 2>/dev/null");
        String facts = "`debugfs htree_dump`: "
                + tree.lines()
                        .map(String::strip)
                        .filter(line -> line.startsWith("Hash Version") || line.startsWith("Indirect levels"))
                        .reduce((one, other) -> one + ", " + other)
                        .orElse("no index")
                + ", "
                + tree.lines()
                        .filter(line -> line.startsWith("Reading directory block"))
                        .count() + " leaves.";
        if (!ScaleRun.shell("id -u").strip().equals("0")) {
            return facts;
        }
        Path place = Files.createDirectories(file.resolveSibling("mounted"));
        try (LoopMount mount = LoopMount.readOnly(file, place)) {
            Path wide = mount.path().resolve(ScaleImages.WIDE);
            return facts
                    + String.format(
                            Locale.ROOT,
                            " Lookups in a fresh mount, median of %d each: %s of names that are there, %s of others,"
                                    + " %s of names looked up before.",
                            LOOKUPS,
                            median(wide, true),
                            median(wide, false),
                            median(wide, true));
        }
    }

    private String median(Path wide, boolean there) {
        List<Double> micros = new ArrayList<>();
        Noise noise = new Noise(1);
        for (int i = 0; i < LOOKUPS; i++) {
            Path name = wide.resolve(ScaleImages.wideName(noise.below(entries)) + (there ? "" : "-not"));
            long start = System.nanoTime();
            if (Files.exists(name) != there) {
                throw new IllegalStateException(name + " is " + (there ? "missing" : "there"));
            }
            micros.add((System.nanoTime() - start) / 1e3);
        }
        return "%.1f µs".formatted(Times.median(micros));
    }
}
