package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.golden.LoopDisk.FileSystem;
import io.sandboximage.golden.build.GoldenBuildService;
import io.sandboximage.golden.build.GoldenBuildState;
import io.sandboximage.golden.build.GoldenBuildStatus;
import io.sandboximage.golden.internal.host.MountTable;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Services that are killed, disks that lose their power, and services that race, at random points of building, publishing, cloning,
 * collecting, pushing and pulling. Few unless {@code sandboximage.golden.crashes} says how many for each strategy; {@code
 * sandboximage.golden.seed} chooses others.
 */
@RequiresEngine(Engine.LOOP_MOUNTS)
class GoldenCrashIT {
    private static final int CRASHES = Integer.getInteger("sandboximage.golden.crashes", 2);
    private static final int SEED = Integer.getInteger("sandboximage.golden.seed", 1);
    private static final long DISK_BYTES = 1_200_000_000L;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LATEST_MILLIS = 1500;
    private static final int ENDLESS = 1_000_000;
    private static final int PAUSE_MILLIS = 50;

    @TempDir
    Path folder;

    private RegistryServer registry;
    private final Map<String, Integer> hit = new TreeMap<>();

    @BeforeEach
    void serve() throws IOException {
        registry = RegistryServer.builder().start();
        try (RegistryClient client = RegistryClient.builder().build()) {
            GoldenWorker.prepare(client, registry.address(), folder.resolve("pushed"));
        }
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "EXT4,COPY", "XFS,REFLINKED_IMAGE", "BTRFS,BTRFS_SNAPSHOT"})
    void aKilledServiceLosesNothingAndLeavesNothing(FileSystem type, GoldenStrategy strategy, TestReporter reporter)
            throws Exception {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES)) {
            Random random = new Random(SEED * 31L + strategy.ordinal());
            for (int i = 0; i < CRASHES; i++) {
                try (Daemon worker = worker(disk.path(), strategy, "kill-" + i, SEED * 10_000 + i, ENDLESS, 1)) {
                    worker.awaitLog("published", LIMIT);
                    Thread.sleep(random.nextInt(LATEST_MILLIS));
                    worker.kill();
                    worker.awaitEnd(LIMIT);
                    requireWhole(disk.path(), strategy, acknowledged(worker));
                    count(worker);
                }
            }
            requireNoUnfinishedFiles(disk.path(), strategy);
        }
        reporter.publishEntry("killed", strategy + " on " + type + ", seed " + SEED + ": " + hit);
    }

    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "EXT4,COPY", "XFS,REFLINKED_IMAGE", "BTRFS,BTRFS_SNAPSHOT"})
    void aPowerCutLosesNothingThatWasPublished(FileSystem type, GoldenStrategy strategy, TestReporter reporter)
            throws Exception {
        try (PowerCutDisk disk = PowerCutDisk.make(type, folder, DISK_BYTES)) {
            Random random = new Random(SEED * 37L + strategy.ordinal());
            for (int i = 0; i < CRASHES; i++) {
                List<String> published;
                try (Daemon worker = worker(disk.path(), strategy, "cut-" + i, SEED * 20_000 + i, ENDLESS, 1)) {
                    worker.awaitLog("published", LIMIT);
                    Thread.sleep(random.nextInt(LATEST_MILLIS));
                    published = acknowledged(worker);
                    disk.cutPower();
                    count(worker);
                }
                disk.restart();
                makeAnEarlierBoot(GoldenWorker.root(disk.path()));
                requireWhole(disk.path(), strategy, published);
            }
            requireNoUnfinishedFiles(disk.path(), strategy);
        }
        reporter.publishEntry("cut", strategy + " on " + type + ", seed " + SEED + ": " + hit);
    }

    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "XFS,REFLINKED_IMAGE", "BTRFS,BTRFS_SNAPSHOT"})
    void twoServicesWithTwentySessionsRaceWithoutAWrongResult(FileSystem type, GoldenStrategy strategy)
            throws Exception {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES);
                Daemon one = worker(disk.path(), strategy, "one", SEED, 3, 10);
                Daemon two = worker(disk.path(), strategy, "two", SEED + 1, 3, 10)) {
            assertThat(one.awaitEnd(LIMIT)).as(one.log()).isZero();
            assertThat(two.awaitEnd(LIMIT)).as(two.log()).isZero();
            requireWhole(disk.path(), strategy, List.of());
        }
    }

    private static void requireWhole(Path disk, GoldenStrategy strategy, List<String> acknowledged) throws Exception {
        Path root = GoldenWorker.root(disk);
        try (GoldenStore store = GoldenWorker.open(disk, strategy)) {
            GoldenGeneration current = store.current(GoldenWorker.PROJECT).orElseThrow();
            // One after the other, so that the order of their IDs is that of their publications.
            if (!acknowledged.isEmpty()) {
                assertThat(current.id()).isGreaterThanOrEqualTo(acknowledged.get(acknowledged.size() - 1));
            }
            try (GoldenView view = store.view(current)) {
                GoldenWorker.check(view.dataRoot(), current);
            }
            for (GoldenSession session : store.sessions()) {
                if (session.generation().isPresent()) {
                    GoldenWorker.check(session.dataRoot(), session.generation().get());
                }
                session.release();
            }
            collectAll(store);
            assertThat(store.generations(GoldenWorker.PROJECT)).containsExactly(current);
            for (String nothing : List.of("drafts", "views", "sessions", "trash", "mounts")) {
                assertThat(StoreFiles.list(root.resolve(nothing))).as(nothing).isEmpty();
            }
            assertThat(StoreFiles.list(root.resolve("layers"))).hasSize(strategy == GoldenStrategy.LAYER_FARM ? 1 : 0);
        }
        assertThat(unfinished(root)).isEmpty();
        assertThat(Command.of("losetup", "--list", "--noheadings", "--output", "BACK-FILE")
                        .run()
                        .orFail()
                        .output())
                .doesNotContain(root + "/");
        assertThat(MountTable.ofThisProcess().below(root.resolve("mounts"))).isEmpty();
        // Whose process is gone, it does not build any more.
        assertThat(GoldenBuildService.statuses(GoldenWorker.builds(disk)))
                .extracting(GoldenBuildStatus::state)
                .doesNotContain(GoldenBuildState.BUILDING, GoldenBuildState.RETRYING);
    }

    /** A program that a killed service had started may be at its work still: it ends by itself, and then nothing of it stays. */
    private static void collectAll(GoldenStore store) throws InterruptedException {
        Path mounts = store.root().resolve("mounts");
        CollectReport report = store.collect();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end
                && !(report.kept().isEmpty() && StoreFiles.list(mounts).isEmpty())) {
            Thread.sleep(PAUSE_MILLIS);
            report = store.collect();
        }
        assertThat(report.kept()).isEmpty();
    }

    /** The machine went on, so what was written before must look as if it had not. */
    private static void makeAnEarlierBoot(Path root) {
        StoreFiles files = new StoreFiles(root);
        for (String name : StoreFiles.list(files.sessions())) {
            Path session = files.session(name).folder();
            Records.Session.read(session).ifPresent(s -> new Records.Session(
                            s.name(),
                            s.project(),
                            s.generation(),
                            s.created(),
                            s.ready(),
                            s.durable(),
                            new ProcessLease(
                                    s.maker().pid(), 0, "before", s.maker().namespace()),
                            s.lease())
                    .write(session));
        }
    }

    /** Beside the store, what was not finished is removed once it is so old that nobody can be at it. */
    private void requireNoUnfinishedFiles(Path disk, GoldenStrategy strategy) throws IOException {
        for (Path file : unfinished(disk)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }
        GoldenWorker.tidy(disk, strategy, registry.address());
        assertThat(unfinished(disk)).isEmpty();
        try (Stream<Path> files = Files.list(temporary())) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("sandbox-image")))
                    .isEmpty();
        }
    }

    private static List<Path> unfinished(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().contains(".incomplete-")
                            || file.toString().contains(".new-"))
                    .toList();
        }
    }

    private static List<String> acknowledged(Daemon worker) {
        return worker.log()
                .lines()
                .filter(line -> line.startsWith("published "))
                .map(line -> line.substring("published ".length()))
                .toList();
    }

    /** Notes what the crash came into. */
    private void count(Daemon worker) {
        String last = worker.log()
                .lines()
                .filter(line -> line.startsWith("begin ") || line.startsWith("end "))
                .reduce("", (before, after) -> after);
        hit.merge(last.startsWith("begin ") ? last.substring("begin ".length()) : "between", 1, Integer::sum);
    }

    private Path temporary() throws IOException {
        return Files.createDirectories(folder.resolve("tmp"));
    }

    private Daemon worker(Path disk, GoldenStrategy strategy, String name, int seed, int rounds, int threads)
            throws IOException {
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporary(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GoldenWorker.class.getName(),
                        disk,
                        strategy,
                        registry.address(),
                        name,
                        seed,
                        rounds,
                        threads)
                .start(folder.resolve(name + ".log"));
    }
}
