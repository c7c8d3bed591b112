package io.sandboximage.benchmarks;

import io.sandboximage.testkit.engine.Command;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one benchmark was asked for, and a folder of its own, which is removed at the end. */
final class BenchmarkRun implements AutoCloseable {
    private static final String DIRECTORY = "--dir";
    private static final Duration REMOVAL = Duration.ofMinutes(20);

    private final Map<String, String> options;
    private final Path work;

    private BenchmarkRun(Map<String, String> options, Path work) {
        this.options = options;
        this.work = work;
    }

    /**
     * Reads the words of a command line.
     *
     * @param name of the benchmark
     * @param defaults names of options and their values in turns; {@code --dir} is always there
     * @throws IllegalArgumentException with the usage, if a word is not understood
     */
    static BenchmarkRun of(String name, String[] arguments, String... defaults) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(DIRECTORY, System.getProperty("java.io.tmpdir"));
        for (int i = 0; i < defaults.length; i += 2) {
            options.put(defaults[i], defaults[i + 1]);
        }
        String usage = "Usage: " + name + " " + options;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length || options.replace(arguments[i], arguments[i + 1]) == null) {
                throw new IllegalArgumentException(usage);
            }
        }
        Path parent = Path.of(options.getOrDefault(DIRECTORY, "")).toAbsolutePath();
        return new BenchmarkRun(options, Files.createTempDirectory(parent, name));
    }

    Path work() {
        return work;
    }

    String text(String option) {
        String value = options.get(option);
        if (value == null) {
            throw new IllegalArgumentException("There is no option " + option);
        }
        return value;
    }

    int number(String option) {
        return Integer.parseInt(text(option));
    }

    double decimal(String option) {
        return Double.parseDouble(text(option));
    }

    /** Where results go. */
    static PrintStream out() {
        return new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }

    /** The day and the machine, as every table tells them. */
    static String where() {
        return "%s, %s %s, %d processors, Java %s"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.runtime.version"));
    }

    @Override
    public void close() {
        // Data roots of engines hold what only their owner may list.
        Command.of("rm", "-rf", work).timeout(REMOVAL).run();
    }
}
