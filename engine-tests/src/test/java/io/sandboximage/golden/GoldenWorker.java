package io.sandboximage.golden;

import io.sandboximage.golden.artifact.GoldenDistribution;
import io.sandboximage.golden.artifact.GoldenFacts;
import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.golden.build.GoldenFill;
import io.sandboximage.golden.build.GoldenProject;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A process with a store and a build service that builds, publishes, opens sessions, collects, pushes and pulls, in whatever order
 * its random numbers say; each result is checked. It says what it begins and ends, and what was published.
 *
 * <p>Every generation has one layer, named as the generation's label, whose files all hold this label. There are few labels, so that
 * what a crash left of a layer is met again by who makes the same one.
 */
final class GoldenWorker {
    static final String PROJECT = "app";
    static final int LABELS = 8;

    private static final String LABEL = "label";
    private static final String LAYERS = "overlay2";
    private static final int FILES = 20;
    private static final int FILE_BYTES = 20_000;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** What a worker does. */
    enum Kind {
        BUILD,
        PUBLISH,
        CLONE,
        COLLECT,
        PUSH,
        PULL
    }

    private static final int KINDS = Kind.values().length;

    private final GoldenStore store;
    private final GoldenBuildService service;
    private final GoldenDistribution distribution;
    private final String registry;
    private final String name;
    private final Random random;

    private GoldenWorker(
            GoldenStore store,
            GoldenBuildService service,
            GoldenDistribution distribution,
            String registry,
            String name,
            Random random) {
        this.store = store;
        this.service = service;
        this.distribution = distribution;
        this.registry = registry;
        this.name = name;
        this.random = random;
    }

    /** @param arguments folder for all, strategy, registry, name of this worker, its seed, how often it works, in how many threads */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String registry = arguments[2];
        String name = arguments[3];
        int seed = Integer.parseInt(arguments[4]);
        int rounds = Integer.parseInt(arguments[5]);
        int threads = Integer.parseInt(arguments[6]);
        try (RegistryClient client = RegistryClient.builder().build();
                GoldenStore store = open(folder, GoldenStrategy.valueOf(arguments[1]));
                GoldenBuildService service = GoldenBuildService.builder(store, builds(folder))
                        .parallel(2)
                        .start()) {
            service.add(GoldenProject.of(PROJECT, GoldenWorker::fill).quiet(Duration.ZERO));
            service.await(PROJECT, LIMIT); // What another one left to do.
            GoldenDistribution distribution = GoldenDistribution.with(client, folder.resolve("cache"));
            System.out.println("ready");
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                for (Future<?> one : IntStream.range(0, threads)
                        .<Future<?>>mapToObj(i -> pool.submit(() -> {
                            new GoldenWorker(
                                            store,
                                            service,
                                            distribution,
                                            registry,
                                            name + "-" + i,
                                            new Random(seed * 1000L + i))
                                    .work(rounds);
                            return null;
                        }))
                        .toList()) {
                    one.get();
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    static GoldenStore open(Path folder, GoldenStrategy strategy) {
        return GoldenStore.builder(root(folder))
                .strategy(strategy)
                .imageBytes(256L << 20)
                .open();
    }

    static Path root(Path folder) {
        return folder.resolve("golden");
    }

    static Path builds(Path folder) {
        return folder.resolve("builds");
    }

    /** Pushes a generation with each label, for workers to pull. */
    static void prepare(RegistryClient client, String registry, Path folder) throws IOException {
        GoldenDistribution distribution = GoldenDistribution.with(client, folder.resolve("cache"));
        for (int i = 0; i < LABELS; i++) {
            Path root = folder.resolve("root-" + i);
            put(root, label(i));
            distribution.push(
                    root,
                    new GoldenFacts(Map.of(), Map.of(LABEL, label(i)), Instant.EPOCH),
                    artifact(registry, i),
                    ProgressTask.silent());
        }
    }

    /** Does what removes leftovers outside the store. */
    static void tidy(Path folder, GoldenStrategy strategy, String registry) {
        try (RegistryClient client = RegistryClient.builder().build();
                GoldenStore store = open(folder, strategy);
                GoldenBuildService service =
                        GoldenBuildService.builder(store, builds(folder)).start()) {
            service.add(GoldenProject.of(PROJECT, GoldenWorker::fill).quiet(Duration.ZERO));
            service.await(PROJECT, LIMIT);
            GoldenDistribution.with(client, folder.resolve("cache"))
                    .push(store, PROJECT, artifact(registry, LABELS), ProgressTask.silent());
        }
    }

    /** @throws AssertionError if it is torn or not what its label says */
    static void check(Path dataRoot, GoldenGeneration generation) throws IOException {
        String label = generation.labels().get(LABEL);
        byte[] expected = content(label);
        for (int i = 0; i < FILES; i++) {
            Path file = dataRoot.resolve(LAYERS).resolve(label).resolve("diff").resolve("file-" + i);
            if (!Arrays.equals(Files.readAllBytes(file), expected)) {
                throw new AssertionError(file + " does not hold what was published as " + label);
            }
        }
        try (Stream<Path> layers = Files.list(dataRoot.resolve(LAYERS))) {
            if (layers.count() != 1) {
                throw new AssertionError(dataRoot + " has layers of several generations");
            }
        }
    }

    private void work(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            Kind kind = store.current(PROJECT).isEmpty() ? Kind.PUBLISH : Kind.values()[random.nextInt(KINDS)];
            System.out.println("begin " + kind);
            switch (kind) {
                case BUILD -> build();
                case PUBLISH -> publish();
                case CLONE -> useSession(name + "-" + round);
                case COLLECT -> store.collect();
                case PUSH ->
                    distribution.push(
                            store,
                            PROJECT,
                            ImageReference.parse(registry + "/pushed/" + name.toLowerCase(Locale.ROOT) + ":main"),
                            ProgressTask.silent());
                case PULL ->
                    published(distribution
                            .pull(store, PROJECT, artifact(registry, random.nextInt(LABELS)), ProgressTask.silent())
                            .id());
            }
            System.out.println("end " + kind);
        }
    }

    private void build() {
        service.request(PROJECT, name);
        if (!service.await(PROJECT, LIMIT)) {
            throw new AssertionError("Not built in " + LIMIT);
        }
        GoldenBuildStatus status = service.status(PROJECT);
        // Another service may be at it already.
        if (status.state() != GoldenBuildState.READY && status.state() != GoldenBuildState.BUILDING) {
            throw new AssertionError(status);
        }
        published(status.generation().orElseThrow());
    }

    private void publish() throws IOException {
        String label = label(random.nextInt(LABELS));
        try (GoldenDraft draft = random.nextBoolean() ? store.draftFromCurrent(PROJECT) : store.draft(PROJECT)) {
            put(draft.dataRoot(), label);
            published(draft.publish(Map.of(LABEL, label)).id());
        }
    }

    private static void fill(GoldenFill fill) {
        String label = label(ThreadLocalRandom.current().nextInt(LABELS));
        try {
            put(fill.dataRoot(), label);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fill.label(LABEL, label);
    }

    private static void published(String id) {
        System.out.println("published " + id);
    }

    private void useSession(String session) throws IOException {
        GoldenSession opened = store.open(PROJECT, session);
        if (opened.generation().isPresent()) {
            check(opened.dataRoot(), opened.generation().get());
        }
        Files.writeString(opened.dataRoot().resolve("work"), session);
        if (random.nextInt(3) > 0) {
            opened.release();
        }
    }

    /** Makes a data root one of a single layer. */
    private static void put(Path dataRoot, String label) throws IOException {
        for (String old : new String[] {LAYERS, "image"}) {
            Trees.remove(dataRoot.resolve(old));
        }
        Path diff =
                Files.createDirectories(dataRoot.resolve(LAYERS).resolve(label).resolve("diff"));
        for (int i = 0; i < FILES; i++) {
            Files.write(diff.resolve("file-" + i), content(label));
        }
        Digest chain = Digest.sha256(label.getBytes(StandardCharsets.UTF_8));
        Path layer = Files.createDirectories(
                dataRoot.resolve("image/overlay2/layerdb/sha256").resolve(chain.hex()));
        Files.writeString(layer.resolve("cache-id"), label);
        Files.writeString(layer.resolve("diff"), chain.toString());
    }

    private static ImageReference artifact(String registry, int number) {
        return ImageReference.parse(registry + "/golden/app:" + label(number));
    }

    private static String label(int number) {
        return "layer-" + number;
    }

    private static byte[] content(String label) {
        return (label + "\n").repeat(FILE_BYTES / (label.length() + 1)).getBytes(StandardCharsets.UTF_8);
    }
}
