package io.sandboximage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of a whole process.
 *
 * @param cpuSeconds user and system, of the process and all that it waited for
 * @param peakBytes the largest resident set of any one process in it
 */
record Measurement(double wallSeconds, double cpuSeconds, long peakBytes) {
    private static final long POLL_MILLIS = 20;

    /** Runs a shell script to its end. */
    static Measurement of(String script, Path log) throws IOException, InterruptedException {
        // The shell's own clock counts every process below it.
        Process process = new ProcessBuilder("bash", "-c", "set -e; TIMEFORMAT='%U %S'; time {\n" + script + "\n}")
                .redirectOutput(log.toFile())
                .redirectErrorStream(true)
                .start();
        long start = System.nanoTime();
        long peak = 0;
        // The kernel keeps the high-water mark, so looking now and then is enough.
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            try (Stream<ProcessHandle> all = process.descendants()) {
                peak = Math.max(
                        peak, all.mapToLong(Measurement::highWaterMark).max().orElse(0));
            }
        }
        double wall = (System.nanoTime() - start) / 1e9;
        List<String> lines = Files.readAllLines(log);
        if (process.exitValue() != 0) {
            throw new IOException(
                    "Ended with " + process.exitValue() + ": " + script + "\n" + String.join("\n", lines));
        }
        String[] userAndSystem = lines.get(lines.size() - 1).split(" ", -1);
        return new Measurement(wall, Double.parseDouble(userAndSystem[0]) + Double.parseDouble(userAndSystem[1]), peak);
    }

    private static long highWaterMark(ProcessHandle process) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException e) {
            return 0; // it ended meanwhile
        }
    }
}
