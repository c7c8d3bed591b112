package io.sandboximage.benchmarks;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One conversion of a large image, in a process of its own, and what became of it.
 *
 * @param properties of the snapshot, and {@code heapPeakBytes}
 */
record ScaleRun(Measurement measured, Path file, Map<String, String> properties) {
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** What a process says that was given too little memory. */
    private static final List<String> TOO_SMALL =
            List.of("larger heap", "OutOfMemoryError", "Could not reserve", "Too small maximum heap");

    static ScaleRun of(Path layout, Path file, int heapMib, String... options)
            throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        Path log = file.resolveSibling("log");
        String script = Contestant.java(heapMib, ScaleConversion.class, layout, file) + " " + String.join(" ", options);
        Measurement measured = Measurement.of(script, log);
        Map<String, String> properties = new HashMap<>();
        for (String line : Files.readAllLines(log)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                properties.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new ScaleRun(measured, file, properties);
    }

    /** Like {@link #of}, but empty where the heap was too small. */
    static Optional<ScaleRun> tried(Path layout, Path file, int heapMib) throws IOException, InterruptedException {
        try {
            return Optional.of(of(layout, file, heapMib));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            if (TOO_SMALL.stream().anyMatch(message::contains)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The least heap in MiB, up to {@code step} more, that a conversion ends well with.
     *
     * @param tooLittle not tried
     * @param enough not tried
     */
    static int leastHeap(Path layout, Path file, int tooLittle, int enough, int step)
            throws IOException, InterruptedException {
        int low = tooLittle;
        int high = enough;
        while (high - low > step) {
            int middle = (low + high) / 2;
            if (tried(layout, file, middle).isPresent()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
    }

    long number(String property) {
        return Long.parseLong(properties.getOrDefault(property, "0"));
    }

    /** How much of the disk the file takes; holes take nothing. */
    long diskBytes() {
        return Long.parseLong(
                shell("du --block-size=1 '" + file + "' | cut -f 1").strip());
    }

    /** Lets e2fsck look at everything, and gives the seconds that took. */
    double check() {
        long start = System.nanoTime();
        shell("e2fsck -fn '" + file + "'");
        return Times.since(start);
    }

    static String shell(String script) {
        return Command.of("bash", "-c", script).timeout(PATIENCE).run().orFail().output();
    }

    /** The straight line through points, by least squares: what the first costs, and what each unit of x adds. */
    static double[] line(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElseThrow();
        double meanY = Arrays.stream(y).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            covariance += (x[i] - meanX) * (y[i] - meanY);
            variance += (x[i] - meanX) * (x[i] - meanX);
        }
        double slope = covariance / variance;
        return new double[] {meanY - slope * meanX, slope};
    }
}
