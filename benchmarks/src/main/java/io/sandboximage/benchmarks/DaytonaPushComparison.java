package io.sandboximage.benchmarks;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A push to Daytona's registry beside the same copy to a plain one, in turns, from an OCI layout of 95 layers: first all of it, then
 * with one layer changed. Both begin as a new process would, without connections. Prints a section of {@code benchmarks/RESULTS.md}.
 * Started by {@code benchmarks/bin/daytona-push}.
 *
 * <p>The push is everything up to the image that the registry shows: access to it, the copy, and the look whether it is there. Beside it
 * stands the whole call up to the answer to the request for the snapshot; Daytona's own work on it is not counted.
 */
public final class DaytonaPushComparison {
    private static final int LAYERS = 95;
    private static final int WARM_UPS = 5;
    private static final ProgressTask SILENT = ProgressTask.silent();

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int megabytes;
    private final int runs;

    private DaytonaPushComparison(BenchmarkRun run) {
        this.work = run.work();
        this.megabytes = run.number("--megabytes");
        this.runs = run.number("--runs");
    }

    /** @param arguments {@code [--dir DIR] [--megabytes M] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run = BenchmarkRun.of("daytona-push", arguments, "--megabytes", "1000", "--runs", "5")) {
            new DaytonaPushComparison(run).run();
        }
    }

    /**
     * One version in both registries; seconds.
     *
     * @param requests to the API, from the first look to the answer to the request for the snapshot
     */
    private record Pair(double plain, double push, double whole, Delivery copied, Delivery pushed, long requests) {}

    private record Copied(double seconds, Delivery delivery) {}

    private void run() throws IOException {
        ScriptedClock clock = ScriptedClock.start();
        RobotAccounts robots = new RobotAccounts(clock);
        try (RegistryProcess plain = start("plain");
                RegistryProcess daytona = start("daytona");
                DaytonaEmulator emulator = DaytonaEmulator.builder()
                        .clock(clock)
                        .registry(daytona.address(), robots)
                        .start()) {
            Sides sides = new Sides(plain.address(), emulator, clock);
            Layers small = new Layers("small", LAYERS * 1000L);
            for (int i = 0; i < WARM_UPS; i++) {
                sides.push("warm-" + i, small.version(i), i % 2 == 0);
            }
            Layers layers = new Layers("large", megabytes * 1_000_000L);
            out.printf("%n| Push | MB moved | blobs moved / there | plain copy, s | push, s | push / plain"
                    + " | with the snapshot's request, s | API requests |%n|---|---|---|---|---|---|---|---|%n");
            print("everything", List.of(sides.push("v-0", layers.version(0), true)));
            List<Pair> changed = new ArrayList<>();
            for (int i = 1; i <= runs; i++) {
                changed.add(sides.push("v-" + i, layers.version(i), i % 2 == 0));
            }
            print("1 of " + LAYERS + " layers changed, median of " + runs, changed);
        }
    }

    private RegistryProcess start(String name) throws IOException {
        return RegistryProcess.start(Engine.DOCKER_REGISTRY, Files.createDirectory(work.resolve(name)));
    }

    /** The two places that an image goes to. */
    private record Sides(String plain, DaytonaEmulator emulator, ScriptedClock clock) {
        Pair push(String name, Path layout, boolean plainFirst) {
            Optional<Copied> before = plainFirst ? Optional.of(copy(name, layout)) : Optional.empty();
            Watch watch = new Watch();
            int earlier = emulator.requests().size();
            EnsuredSnapshot made;
            try (DaytonaClient client = DaytonaClient.builder()
                            .baseUrl(emulator.url())
                            .apiKey("dtn_test")
                            .time(clock, clock::sleep)
                            .build();
                    ImageSource image = OciLayout.source(layout, name)) {
                SnapshotSpec spec = SnapshotSpec.local(name, image);
                made = client.snapshots().ensure(spec, SnapshotWait.DEFAULT, ProgressTask.root(watch, "push"));
            }
            Copied copy = before.orElseGet(() -> copy(name, layout));
            long requests = emulator.requests().stream()
                            .skip(earlier)
                            .takeWhile(request -> !request.line().equals("POST /snapshots"))
                            .count()
                    + 1;
            return new Pair(
                    copy.seconds(),
                    watch.push(),
                    watch.whole(),
                    copy.delivery(),
                    made.push().orElseThrow(),
                    requests);
        }

        private Copied copy(String name, Path layout) {
            long start = System.nanoTime();
            ImageReference target = ImageReference.parse(plain + "/bench/image:" + name);
            try (RegistryClient registries = RegistryClient.builder().build();
                    ImageSource image = OciLayout.source(layout, name)) {
                Delivery delivery = registries
                        .sink(target, CopyOptions.DEFAULT.only(Platform.LINUX_AMD64))
                        .write(image, SILENT);
                return new Copied((System.nanoTime() - start) / 1e9, delivery);
            }
        }
    }

    /** When the parts of a push began and ended, by its progress. */
    private static final class Watch implements ProgressListener {
        private final long start = System.nanoTime();
        private long pushTask = -1;
        private long pushStart;
        private long pushEnd;
        private long waitStart;

        @Override
        public synchronized void onEvent(ProgressEvent event) {
            if (event instanceof ProgressEvent.Started started
                    && started.label().startsWith("push to")) {
                pushTask = started.task();
                pushStart = System.nanoTime();
            } else if (event instanceof ProgressEvent.Finished finished && finished.task() == pushTask) {
                pushEnd = System.nanoTime();
            } else if (event instanceof ProgressEvent.Started started
                    && started.label().startsWith("wait for")) {
                waitStart = System.nanoTime();
            }
        }

        synchronized double push() {
            return (pushEnd - pushStart) / 1e9;
        }

        synchronized double whole() {
            return (waitStart - start) / 1e9;
        }
    }

    /** Versions of an image: all share their layers but one. */
    private final class Layers {
        private final String name;
        private final int layerBytes;
        private final List<Path> first = new ArrayList<>();

        Layers(String name, long bytes) throws IOException {
            this.name = name;
            this.layerBytes = (int) (bytes / LAYERS);
            for (int i = 0; i < LAYERS; i++) {
                first.add(content(i));
            }
        }

        /** A layout that holds it under the tag of the same number. */
        Path version(int number) throws IOException {
            ImageAssembly assembly = ImageAssembly.scratch(Platform.LINUX_AMD64).cacheDirectory(work.resolve("cache"));
            for (int i = 0; i < LAYERS; i++) {
                Path content = number > 0 && i == LAYERS / 2 ? content(LAYERS + number) : first.get(i);
                assembly = assembly.layer(LayerSpec.empty().file("/file-" + i, content, 0644));
            }
            Path layout = work.resolve("layout-" + name);
            String tag = (name.equals("small") ? "warm-" : "v-") + number;
            try (ImageSource image = assembly.produce(SILENT)) {
                OciLayout.sink(layout, tag).write(image, SILENT);
            }
            return layout;
        }

        private Path content(int seed) throws IOException {
            byte[] content = new byte[layerBytes];
            new Random(seed).nextBytes(content);
            return Files.write(work.resolve(name + "-" + seed), content);
        }
    }

    private void print(String what, List<Pair> pairs) {
        Pair last = pairs.get(pairs.size() - 1);
        if (last.pushed().bytesCopied() != last.copied().bytesCopied()) {
            throw new IllegalStateException("The push moved " + last.pushed().bytesCopied() + " bytes, and the copy "
                    + last.copied().bytesCopied());
        }
        double plain = median(pairs, Pair::plain);
        double push = median(pairs, Pair::push);
        out.printf(
                Locale.ROOT,
                "| %s | %.1f | %d / %d | %.3f | %.3f | %.2f | %.3f | %d |%n",
                what,
                last.pushed().bytesCopied() / 1e6,
                last.pushed().blobsCopied(),
                last.pushed().blobsSkipped(),
                plain,
                push,
                push / plain,
                median(pairs, Pair::whole),
                last.requests());
    }

    private static double median(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(value).sorted().toArray()[pairs.size() / 2];
    }
}
