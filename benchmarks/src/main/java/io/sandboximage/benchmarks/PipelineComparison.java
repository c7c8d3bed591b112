package io.sandboximage.benchmarks;

import io.sandboximage.benchmarks.PipelinePlaces.Place;
import io.sandboximage.benchmarks.PipelinePlaces.Took;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One pipeline run that builds an image and brings it to six places at once, beside runs that bring it to one of them: with a build
 * of everything, and with a build that finds everything in BuildKit's cache. Every run finds the places empty. Prints a section of
 * {@code benchmarks/RESULTS.md}. Started by {@code benchmarks/bin/pipeline}.
 */
public final class PipelineComparison {
    private static final int LAYERS = 10;
    private static final Set<Place> ALL = EnumSet.allOf(Place.class);
    private static final List<Set<Place>> COMBINATIONS = combinations();
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int megabytes;
    private final int runs;
    private int number;

    private PipelineComparison(BenchmarkRun run) {
        this.work = run.work();
        this.megabytes = run.number("--megabytes");
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--megabytes M] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run = BenchmarkRun.of("pipeline", arguments, "--megabytes", "500", "--runs", "3")) {
            new PipelineComparison(run).run();
        }
    }

    private void run() throws IOException {
        Path small = context("small", 1_000_000);
        Path large = context("large", megabytes * 1_000_000L);
        try (BuildKitProcess buildKit = BuildKitProcess.start(Files.createDirectory(work.resolve("buildkit")));
                DockerProcess docker = DockerProcess.start(
                        DockerProcess.Kind.V28_CONTAINERD, Files.createDirectory(work.resolve("docker")))) {
            measure(buildKit, docker, small, true, 2); // So that everything is loaded and compiled somewhat.
            out.printf("%nAn image of %d MB in %d layers, half of which compress to a half.%n", megabytes, LAYERS);
            print("with the build of everything", measure(buildKit, docker, large, true, runs));
            print("built before", measure(buildKit, docker, large, false, runs));
        }
    }

    /** The median of each; seconds. */
    private Map<Set<Place>, Took> measure(
            BuildKitProcess buildKit, DockerProcess docker, Path context, boolean afresh, int times)
            throws IOException {
        Map<Set<Place>, List<Took>> seconds = new LinkedHashMap<>();
        for (int i = 0; i < times; i++) {
            for (Set<Place> to : COMBINATIONS) {
                if (afresh) {
                    buildKit.buildctl("prune", "--all").timeout(LIMIT).run().orFail();
                }
                try (PipelinePlaces places = new PipelinePlaces(work.resolve("places-" + number++), docker)) {
                    seconds.computeIfAbsent(to, k -> new ArrayList<>()).add(places.run(buildKit, context, to));
                }
            }
        }
        Map<Set<Place>, Took> medians = new LinkedHashMap<>();
        seconds.forEach((to, all) -> {
            all.sort(Comparator.comparingDouble(Took::wall));
            medians.put(to, all.get(all.size() / 2));
        });
        return medians;
    }

    private void print(String build, Map<Set<Place>, Took> medians) {
        out.printf("%n| Destination, %s | s, median of %d | its CPU s |%n|---|---|---|%n", build, runs);
        medians.forEach((to, seconds) -> out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f |%n",
                to.size() > 1 ? "all six in one run" : to.iterator().next().title,
                seconds.wall(),
                seconds.cpu()));
        double all = medians.getOrDefault(ALL, new Took(0, 0)).wall();
        double slowest = medians.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(ALL))
                .mapToDouble(entry -> entry.getValue().wall())
                .max()
                .orElseThrow();
        double sum = medians.values().stream().mapToDouble(Took::wall).sum() - all;
        out.printf(
                Locale.ROOT,
                "%nAll at once: %.2f times the slowest alone, %.2f times all one after the other.%n",
                all / slowest,
                all / sum);
    }

    private static List<Set<Place>> combinations() {
        List<Set<Place>> each = new ArrayList<>();
        for (Place place : Place.values()) {
            each.add(Set.of(place));
        }
        each.add(ALL);
        return each;
    }

    private Path context(String name, long bytes) throws IOException {
        Path folder = Files.createDirectory(work.resolve(name));
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 0; i < LAYERS; i++) {
            try (OutputStream file = Files.newOutputStream(folder.resolve("layer-" + i))) {
                Noise noise = new Noise(i);
                if (i % 2 == 0) {
                    noise.writeText(file, bytes / LAYERS);
                } else {
                    noise.writeDense(file, bytes / LAYERS);
                }
            }
            dockerfile.append("COPY layer-" + i + " /\n");
        }
        Files.writeString(folder.resolve("Dockerfile"), dockerfile);
        return folder;
    }
}
