package io.sandboximage.benchmarks;

import java.util.List;

/** Statistics over a few measured values. */
final class Times {
    private Times() {}

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    static double min(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** Seconds since {@link System#nanoTime()} gave {@code start}. */
    static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
