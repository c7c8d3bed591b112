package io.sandboximage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JDK that conversions run on.
 *
 * @param version as its {@code release} file tells it: {@code 25.0.1}
 */
record Jdk(Path home, String version) {
    /** As the launcher of the command line has them. */
    private static final String OPTIONS = "-XX:+UseSerialGC -XX:-UsePerfData"
            + " -XX:Tier4InvocationThreshold=500000 -XX:Tier4MinInvocationThreshold=60000"
            + " -XX:Tier4CompileThreshold=1500000 -XX:Tier4BackEdgeThreshold=4000000"
            + " -XX:CompileCommand=quiet"
            + " '-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::*,0.01'"
            + " '-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::*,0.01'";

    private static final String VERSION = "JAVA_VERSION=";

    static Jdk running() {
        return new Jdk(Path.of(System.getProperty("java.home")), System.getProperty("java.version"));
    }

    /** The newest that is installed beside the one that runs, if that is a newer one. */
    static Optional<Jdk> newerThanRunning() throws IOException {
        Jdk running = running();
        List<Jdk> found = new ArrayList<>();
        try (Stream<Path> all =
                Files.list(Objects.requireNonNull(running.home.toRealPath().getParent()))) {
            for (Path home : (Iterable<Path>) all::iterator) {
                if (Files.isExecutable(home.resolve("bin/java")) && Files.isReadable(home.resolve("release"))) {
                    found.add(new Jdk(home, versionOf(home.resolve("release"))));
                }
            }
        }
        return found.stream()
                .max(Comparator.comparingInt(Jdk::feature))
                .filter(newest -> newest.feature() > running.feature());
    }

    private static String versionOf(Path release) throws IOException {
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith(VERSION))
                .map(line -> line.substring(VERSION.length()).replace("\"", ""))
                .findFirst()
                .orElse("0");
    }

    int feature() {
        return Integer.parseInt(version.split("[.+-]", 2)[0]);
    }

    /**
     * A command for the shell that runs a class of the benchmarks.
     *
     * @param classData option for shared class data; empty for what every JDK has
     */
    String command(int heapMib, String classData, Class<?> main, Object... arguments) {
        List<String> words = new ArrayList<>(
                List.of(quoted(home.resolve("bin/java")), "-Xmx" + heapMib + "m", OPTIONS, classData, "-cp"));
        words.add(quoted(System.getProperty("java.class.path")));
        words.add(main.getName());
        for (Object argument : arguments) {
            words.add(quoted(argument));
        }
        return String.join(" ", words);
    }

    private static String quoted(Object word) {
        return "'" + word + "'";
    }
}
