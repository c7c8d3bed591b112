package io.sandboximage.golden;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * A service that publishes, opens sessions and collects, in whatever order its random numbers say; each result is checked. It says
 * what it has published.
 *
 * <p>Every generation has one layer of its own, named as the generation's label, whose files all hold this label.
 */
final class GoldenWorker {
    private static final String LABEL = "label";
    private static final int FILES = 20;
    private static final int FILE_BYTES = 20_000;
    private static final int KINDS = 4;

    private final GoldenStore store;
    private final String name;
    private final Random random;

    private GoldenWorker(GoldenStore store, String name) {
        this.store = store;
        this.name = name;
        this.random = new Random(name.hashCode());
    }

    /** @param arguments folder of the store, strategy, name of this worker, how often it works, with how many threads */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        try (GoldenStore store = open(Path.of(arguments[0]), GoldenStrategy.valueOf(arguments[1]))) {
            ExecutorService pool = Executors.newFixedThreadPool(threads);
            try {
                List<Future<?>> running = Stream.iterate(0, i -> i + 1)
                        .limit(threads)
                        .<Future<?>>map(i -> pool.submit(() -> {
                            new GoldenWorker(store, arguments[2] + "-" + i).work(rounds);
                            return null;
                        }))
                        .toList();
                for (Future<?> one : running) {
                    one.get();
                }
            } finally {
                pool.shutdownNow();
            }
        }
    }

    static GoldenStore open(Path root, GoldenStrategy strategy) {
        return GoldenStore.builder(root)
                .strategy(strategy)
                .imageBytes(256L << 20)
                .open();
    }

    /** @throws AssertionError if it is torn or not what its label says */
    static void check(Path dataRoot, GoldenGeneration generation) throws IOException {
        String label = generation.labels().get(LABEL);
        byte[] expected = content(label);
        for (int i = 0; i < FILES; i++) {
            Path file =
                    dataRoot.resolve("overlay2").resolve(label).resolve("diff").resolve("file-" + i);
            if (!Arrays.equals(Files.readAllBytes(file), expected)) {
                throw new AssertionError(file + " does not hold what was published as " + label);
            }
        }
        try (Stream<Path> layers = Files.list(dataRoot.resolve("overlay2"))) {
            if (layers.count() != 1) {
                throw new AssertionError(dataRoot + " has layers of several generations");
            }
        }
    }

    private void work(int rounds) throws IOException {
        for (int round = 0; round < rounds; round++) {
            String id = name + "-" + round;
            switch (round == 0 ? 0 : random.nextInt(KINDS)) {
                case 0 -> publish(id);
                case 1 -> store.collect();
                default -> useSession(id);
            }
        }
    }

    private void publish(String label) throws IOException {
        try (GoldenDraft draft = random.nextBoolean() ? store.draftFromCurrent("app") : store.draft("app")) {
            Path layers = draft.dataRoot().resolve("overlay2");
            Trees.remove(layers);
            Path diff = Files.createDirectories(layers.resolve(label).resolve("diff"));
            for (int i = 0; i < FILES; i++) {
                Files.write(diff.resolve("file-" + i), content(label));
            }
            GoldenGeneration generation = draft.publish(Map.of(LABEL, label));
            System.out.println("published " + generation.id());
        }
    }

    private void useSession(String session) throws IOException {
        GoldenSession opened = store.open("app", session);
        if (opened.generation().isPresent()) {
            check(opened.dataRoot(), opened.generation().get());
        }
        Files.writeString(opened.dataRoot().resolve("work"), session);
        if (random.nextInt(3) > 0) {
            opened.release();
        }
    }

    private static byte[] content(String label) {
        return (label + "\n").repeat(FILE_BYTES / (label.length() + 1)).getBytes(StandardCharsets.UTF_8);
    }
}
