package io.sandboximage.benchmarks;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.docker.golden.EngineRun;
import io.sandboximage.docker.golden.GoldenEngine;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenSession;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenStrategy;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Starts of sessions beside {@code cp -a} of the same data root on the same file system, in turns; each ends when an engine has run
 * one container. Prints a section of {@code benchmarks/RESULTS.md}. Started by {@code benchmarks/bin/golden}.
 */
public final class GoldenComparison {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final int IMAGES = 4;
    private static final int LAYERS = 10;
    private static final int FOLDER_FILES = 50;
    private static final String COPY = "`cp -a`";

    private final PrintStream out = BenchmarkRun.out();
    private final Path work;
    private final int runs;
    private final int megabytes;
    private final int files;
    private final GoldenEngine dockerd = GoldenEngine.of(Engine.DOCKER_28.path());

    private GoldenComparison(BenchmarkRun run) {
        this.work = run.work();
        this.runs = run.number("--runs");
        this.megabytes = run.number("--megabytes");
        this.files = run.number("--files");
    }

    /** @param arguments {@code [--dir DIR] [--megabytes M] [--files N] [--runs N]} */
    public static void main(String[] arguments) throws IOException {
        try (BenchmarkRun run =
                BenchmarkRun.of("golden", arguments, "--megabytes", "4000", "--files", "60000", "--runs", "3")) {
            new GoldenComparison(run).run();
        }
    }

    private void run() throws IOException {
        out.printf(
                Locale.ROOT,
                "## Session start on golden data%n%n%s. %d images of %d layers; Engine 28.5, overlay2; each file"
                        + " system in a file of its own, on a loop device. \"cold\": after the caches of the whole machine"
                        + " were dropped.%n%n",
                BenchmarkRun.where(),
                IMAGES,
                LAYERS);
        out.println("| File system | Way | Caches | Clone s, min | median | Engine and container s, median | Copy = 1"
                + " (clone, median) | Data |");
        out.println("|---|---|---|---|---|---|---|---|");
        Map<String, ImageSource> images = images();
        compare("ext4", GoldenStrategy.LAYER_FARM, images, "mkfs.ext4", "-q", "-F");
        compare("xfs", GoldenStrategy.REFLINKED_IMAGE, images, "mkfs.xfs", "-q", "-f", "-m", "reflink=1");
        compare("btrfs", GoldenStrategy.BTRFS_SNAPSHOT, images, "mkfs.btrfs", "-q", "-f");
    }

    private void compare(String type, GoldenStrategy strategy, Map<String, ImageSource> images, Object... format)
            throws IOException {
        Path disk = work.resolve(type + ".disk");
        // The golden, the tree that is copied, and one copy of it.
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
            file.setLength(4_000_000_000L + 4L * megabytes * 1_000_000);
        }
        Path place = Files.createDirectory(work.resolve(type));
        Command.of(format).with(disk).timeout(LIMIT).run().orFail();
        Command.of("mount", "-o", "loop", disk, place).run().orFail();
        try (GoldenStore store =
                GoldenStore.builder(place.resolve("golden")).strategy(strategy).open()) {
            Path plain = place.resolve("plain");
            GoldenGeneration golden;
            try (GoldenDraft draft = store.draft("bench")) {
                dockerd.fill(draft, images, ProgressTask.silent());
                copy(draft.dataRoot(), plain);
                golden = draft.publish(Map.of());
            }
            for (boolean cold : new boolean[] {false, true}) {
                compare(new Contest(type, cold, store, plain, place.resolve("copy")), golden);
            }
        } finally {
            Command.of("umount", "--recursive", place).timeout(LIMIT).run();
            Files.delete(disk);
        }
    }

    private void compare(Contest contest, GoldenGeneration golden) {
        Result copy = new Result(new ArrayList<>(), new ArrayList<>());
        Result ours = new Result(new ArrayList<>(), new ArrayList<>());
        // Once for the code, and for the caches where they count.
        contest.ours(new Result(new ArrayList<>(), new ArrayList<>()));
        for (int i = 0; i < runs; i++) {
            contest.copy(copy);
            contest.ours(ours);
        }
        String data = "%d MB, %d files".formatted(golden.sizeBytes() / 1_000_000, golden.files());
        print(contest, COPY, copy, copy, data);
        print(contest, golden.strategy().toString(), ours, copy, data);
    }

    private void print(Contest contest, String way, Result result, Result copy, String data) {
        out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %.3f | %.3f | %.2f | %.0f × | %s |%n",
                contest.type,
                way,
                contest.cold ? "cold" : "warm",
                Times.min(result.start),
                Times.median(result.start),
                Times.median(result.engine),
                Times.median(copy.start) / Times.median(result.start),
                data);
    }

    /** Incompressible files of log-normal sizes, as of real images: half of them below some kilobytes. */
    private Map<String, ImageSource> images() throws IOException {
        Map<String, ImageSource> images = new LinkedHashMap<>();
        Random random = new Random(1);
        int perLayer = Math.max(1, files / (IMAGES * LAYERS));
        double scale = megabytes * 1e6 / files / Math.exp(2);
        byte[] bulk = new byte[50_000_000];
        random.nextBytes(bulk);
        for (int i = 0; i < IMAGES; i++) {
            ImageAssembly image = ImageAssembly.scratch(Platform.LINUX_AMD64)
                    .layer(LayerSpec.empty()
                            .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                            .compression(Compression.NONE))
                    .cmd("/bin/busybox", "true");
            for (int l = 0; l < LAYERS; l++) {
                Path folder = work.resolve("content").resolve(i + "-" + l);
                for (int f = 0; f < perLayer; f++) {
                    Path file =
                            folder.resolve(Integer.toString(f / FOLDER_FILES)).resolve(Integer.toString(f));
                    if (f % FOLDER_FILES == 0) {
                        Files.createDirectories(file.getParent());
                    }
                    int size = (int) Math.min(bulk.length / 2.0, scale * Math.exp(2 * random.nextGaussian()));
                    int from = random.nextInt(bulk.length - size);
                    Files.write(file, Arrays.copyOfRange(bulk, from, from + size));
                }
                image = image.layer(LayerSpec.empty().copy(folder, "/data-" + l).compression(Compression.NONE));
            }
            images.put("bench-" + i + ":1", image.produce(ProgressTask.silent()));
        }
        return images;
    }

    private static void copy(Path from, Path to) {
        Command.of("cp", "-a", "--reflink=never", from, to).timeout(LIMIT).run().orFail();
    }

    private record Result(List<Double> start, List<Double> engine) {}

    /** One file system with its golden, and what it is compared with. */
    private final class Contest {
        private final String type;
        private final boolean cold;
        private final GoldenStore store;
        private final Path plain;
        private final Path copy;

        Contest(String type, boolean cold, GoldenStore store, Path plain, Path copy) {
            this.type = type;
            this.cold = cold;
            this.store = store;
            this.plain = plain;
            this.copy = copy;
        }

        void copy(Result result) {
            prepare();
            long start = System.nanoTime();
            GoldenComparison.copy(plain, copy);
            result.start.add(Times.since(start));
            result.engine.add(runContainer(copy));
            Command.of("rm", "-rf", copy).timeout(LIMIT).run().orFail();
        }

        void ours(Result result) {
            prepare();
            long start = System.nanoTime();
            GoldenSession session = store.open("bench", "session");
            result.start.add(Times.since(start));
            result.engine.add(runContainer(session.dataRoot()));
            session.release();
        }

        private void prepare() {
            Command.of("sync").timeout(LIMIT).run().orFail();
            if (cold) {
                Command.of("sh", "-c", "echo 3 > /proc/sys/vm/drop_caches")
                        .run()
                        .orFail();
            }
        }

        private double runContainer(Path dataRoot) {
            long start = System.nanoTime();
            try (EngineRun run = dockerd.start(dataRoot)) {
                Command.of(Engine.DOCKER_CLI.path(), "run", "--rm", "--network=none", "bench-0:1")
                        .env("DOCKER_HOST", run.address())
                        .run()
                        .orFail();
                double seconds = Times.since(start);
                run.stop();
                return seconds;
            }
        }
    }
}
