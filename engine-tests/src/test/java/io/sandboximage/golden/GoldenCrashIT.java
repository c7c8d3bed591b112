package io.sandboximage.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.golden.LoopDisk.FileSystem;
import io.sandboximage.golden.internal.host.ProcessLease;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Services that die, disks that go, and services that race, at random points of building, publishing, cloning and collecting. Few unless
 * {@code sandboximage.golden.crashes} says how many for each strategy.
 */
@RequiresEngine(Engine.LOOP_MOUNTS)
class GoldenCrashIT {
    private static final int CRASHES = Integer.getInteger("sandboximage.golden.crashes", 2);
    private static final long DISK_BYTES = 1_200_000_000L;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int LATEST_MILLIS = 1500;
    private static final int ENDLESS = 1_000_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "EXT4,COPY", "XFS,REFLINKED_IMAGE", "BTRFS,BTRFS_SNAPSHOT"})
    void aKilledServiceLosesNothingAndLeavesNothing(FileSystem type, GoldenStrategy strategy) throws Exception {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES)) {
            Random random = new Random(strategy.ordinal());
            for (int i = 0; i < CRASHES; i++) {
                try (Daemon worker = worker(disk, strategy, "kill-" + i, ENDLESS, 1)) {
                    worker.awaitLog("published", LIMIT);
                    Thread.sleep(random.nextInt(LATEST_MILLIS));
                    ProcessHandle.of(worker.pid()).orElseThrow().destroyForcibly();
                    worker.awaitEnd(LIMIT);
                    requireWhole(disk, strategy, acknowledged(worker));
                }
            }
        }
    }

    /** The kernel stops writing to the file system at that moment, as if the machine had lost its power. */
    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "EXT4,COPY", "XFS,REFLINKED_IMAGE"})
    void aPowerCutLosesNothingThatWasPublished(FileSystem type, GoldenStrategy strategy) throws Exception {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES)) {
            Random random = new Random(strategy.ordinal());
            for (int i = 0; i < CRASHES; i++) {
                List<String> published;
                try (Daemon worker = worker(disk, strategy, "cut-" + i, ENDLESS, 1)) {
                    worker.awaitLog("published", LIMIT);
                    Thread.sleep(random.nextInt(LATEST_MILLIS));
                    published = acknowledged(worker);
                    disk.cutPower();
                }
                disk.restart();
                makeAnEarlierBoot(disk.path().resolve("golden"));
                requireWhole(disk, strategy, published);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"EXT4,LAYER_FARM", "XFS,REFLINKED_IMAGE", "BTRFS,BTRFS_SNAPSHOT"})
    void twoServicesWithTwentySessionsRaceWithoutAWrongResult(FileSystem type, GoldenStrategy strategy)
            throws Exception {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES);
                Daemon one = worker(disk, strategy, "one", 4, 10);
                Daemon two = worker(disk, strategy, "two", 4, 10)) {
            assertThat(one.awaitEnd(LIMIT)).as(one.log()).isZero();
            assertThat(two.awaitEnd(LIMIT)).as(two.log()).isZero();
            requireWhole(disk, strategy, List.of());
        }
    }

    private static void requireWhole(LoopDisk disk, GoldenStrategy strategy, List<String> acknowledged)
            throws IOException {
        Path root = disk.path().resolve("golden");
        try (GoldenStore store = GoldenWorker.open(root, strategy)) {
            GoldenGeneration current = store.current("app").orElseThrow();
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
            CollectReport report = store.collect();
            assertThat(report.kept()).isEmpty();
            assertThat(store.generations("app")).containsExactly(current);
            for (String nothing : List.of("drafts", "views", "sessions", "trash", "mounts")) {
                assertThat(StoreFiles.list(root.resolve(nothing))).as(nothing).isEmpty();
            }
            assertThat(StoreFiles.list(root.resolve("layers"))).hasSize(strategy == GoldenStrategy.LAYER_FARM ? 1 : 0);
        }
        assertThat(incomplete(root)).isEmpty();
        assertThat(Command.of("losetup", "--list", "--noheadings", "--output", "BACK-FILE")
                        .run()
                        .orFail()
                        .output())
                .doesNotContain(root + "/");
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

    private static List<String> incomplete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(Path::toString)
                    .filter(file -> file.contains(".incomplete-") || file.contains(".new-"))
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

    private Daemon worker(LoopDisk disk, GoldenStrategy strategy, String name, int rounds, int threads) {
        return Command.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GoldenWorker.class.getName(),
                        disk.path().resolve("golden"),
                        strategy,
                        name,
                        rounds,
                        threads)
                .start(folder.resolve(name + ".log"));
    }
}
