package io.sandboximage.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process holds. */
public record Footprint(long threads, long files, long heapBytes) {
    /** Pools keep a few threads, and the JVM's own classes and code grow a little. */
    private static final int SPARE_THREADS = 4;

    private static final int SPARE_FILES = 4;
    private static final long SPARE_HEAP = 8L << 20;

    public static Footprint now() {
        System.gc();
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return new Footprint(
                    Thread.getAllStackTraces().size(),
                    files.count(),
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isNoLargerThan(Footprint other) {
        return threads <= other.threads + SPARE_THREADS
                && files <= other.files + SPARE_FILES
                && heapBytes <= other.heapBytes + SPARE_HEAP;
    }
}
