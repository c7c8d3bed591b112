package io.sandboximage.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.PipelineResult;
import io.sandboximage.PipelineRun;
import io.sandboximage.StepKind;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4BootTest;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.JavaProgram;
import io.sandboximage.transport.ImageLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * One run brings one build to every place; runs that are cancelled or killed at any moment leave nothing half done, and the next one
 * completes. How many moments are tried is a matter of time: {@code -Dsandboximage.moments=50} tries more.
 */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.RUNC,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.DOCKER_REGISTRY,
    Engine.REGISTRY_V3,
    Engine.E2FSPROGS,
    Engine.BUSYBOX_STATIC
})
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PipelineEverywhereIT {
    private static final int MOMENTS = Integer.getInteger("sandboximage.moments", 4);
    private static final Duration CANCELLATION = Duration.ofSeconds(2);

    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(5);
    private static final long SEED = Long.getLong("sandboximage.seed", 20);

    @TempDir
    static Path folder;

    private static EverywhereWorld world;
    private static EverywhereProgram.Places places;
    private static Duration fullRun = Duration.ofSeconds(5);

    @BeforeAll
    static void start() throws IOException {
        world = new EverywhereWorld(folder);
        places = world.places();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    @Order(1)
    void oneRunReachesEveryPlaceAndReadsEachBlobOnce(TestReporter reporter) throws Exception {
        world.change("first");
        try (EverywhereProgram program = new EverywhereProgram(places);
                BuildKitBuilder buildKit = program.builder()) {
            CountingBuilder builder = new CountingBuilder(buildKit);
            assertThat(program.pipeline(builder).build().plan().steps()).hasSize(11);
            PipelineResult first = program.pipeline(builder).run();
            fullRun = first.took();
            report(reporter, "first", first);
            assertThat(builder.opened()).hasSizeGreaterThanOrEqualTo(4).doesNotHaveDuplicates();
            assertEverywhere(first.image().digest(), "first");

            builder.opened().clear();
            PipelineResult second = program.pipeline(builder).run();
            report(reporter, "second", second);
            assertThat(builder.opened())
                    .as("layers that nobody needs are not read")
                    .hasSizeLessThan(2);
            assertThat(second.image()).isEqualTo(first.image());
            assertThat(second.snapshots()).allMatch(snapshot -> snapshot.reused());
        }
    }

    @Test
    @Order(2)
    @RequiresEngine({Engine.QEMU, Engine.CLOUD_KERNEL})
    void theFileSystemOfThatRunBootsAndStaysAsItIs() throws IOException {
        byte[] before = Files.readAllBytes(places.ext4());
        Ext4BootTest.with(Engine.CLOUD_KERNEL.path())
                .initrd(QemuGuest.initrd("/sbin/init", folder))
                .qemu(Engine.QEMU.path())
                .limit(BOOT_TIMEOUT)
                .expect("guest: first")
                .run(places.ext4(), ProgressTask.silent());
        assertThat(Files.readAllBytes(places.ext4())).isEqualTo(before);
    }

    @Test
    @Order(3)
    void runsThatAreCancelledAtAnyMomentEndSoonAndLeaveNothing(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        List<String> millis = new ArrayList<>();
        Duration whole = fullRun;
        try (CancelledRuns runs = new CancelledRuns(places, temporary)) {
            for (int i = 0; i < MOMENTS; i++) {
                world.change("cancelled " + i);
                long moment = (long) (random.nextDouble() * whole.toNanos());
                CancelledRuns.Outcome outcome = runs.cancelAfter(Duration.ofNanos(moment));
                if (outcome.cancelled()) {
                    millis.add(
                            outcome.took().toMillis() + "/" + outcome.fairly().toMillis());
                } else {
                    whole = outcome.ran(); // It gets faster while the process warms up.
                }
                if (!outcome.late().isEmpty()) {
                    reporter.publishEntry("late", outcome.toString());
                }
                assertThat(outcome.fairly()).as(outcome.toString()).isLessThan(CANCELLATION);
                world.awaitNothingRuns();
                assertNothingHalfDone();
                assertThat(beside()).isEmpty();
                assertThat(names(places.state())).isSubsetOf("lock", "journal.json");
                assertThat(names(temporary)).noneMatch(name -> name.startsWith("sandbox-image"));
            }
        }
        reporter.publishEntry(
                "milliseconds from the cancellation to the end, by the wall and fairly", millis.toString());
        complete("after cancellations");
    }

    @Test
    @Order(4)
    void runsThatAreKilledAtAnyMomentAreCompletedByTheNext(TestReporter reporter) throws Exception {
        Random random = new Random(SEED);
        Duration killable = killAfter(Optional.empty(), "killed first");
        for (int i = 0; i < MOMENTS; i++) {
            long moment = (long) (random.nextDouble() * killable.toMillis());
            killAfter(Optional.of(moment), "killed " + i);
            assertNothingHalfDone();
            PipelineResult result = complete("killed " + i);
            reporter.publishEntry(
                    "killed after " + moment + " ms",
                    result.steps().stream()
                            .filter(step -> step.kind() == StepKind.DESTINATION || step.kind() == StepKind.SNAPSHOT)
                            .map(step -> step.outcome().toString())
                            .toList()
                            .toString());
        }
    }

    @Test
    @Order(5)
    void secondRunWithTheSameStateIsRefusedAndHarmsNothing() throws Exception {
        world.change("twice");
        try (EverywhereProgram program = new EverywhereProgram(places);
                BuildKitBuilder builder = program.builder()) {
            PipelineRun first = program.pipeline(builder)
                    .check("while another begins", (made, progress) -> assertThatThrownBy(
                                    () -> program.pipeline(builder).run())
                            .hasMessageContaining("another run"))
                    .start();
            PipelineResult result = first.result();
            assertEverywhere(result.image().digest(), "twice");
        }
    }

    /** Runs the program to its end in a process of its own, or for so many milliseconds. Gives how long it lived. */
    private static Duration killAfter(Optional<Long> millis, String content) throws Exception {
        world.change(content);
        List<String> line = JavaProgram.line(
                List.of("-XX:TieredStopAtLevel=1"), EverywhereProgram.class, List.of(places.arguments()));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("program.log").toFile())
                .start();
        long start = System.nanoTime();
        try {
            boolean ended = process.waitFor(millis.orElse(120_000L), TimeUnit.MILLISECONDS);
            if (millis.isEmpty()) {
                assertThat(ended).isTrue();
                assertThat(process.exitValue())
                        .as(Files.readString(folder.resolve("program.log")))
                        .isZero();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static PipelineResult complete(String content) throws Exception {
        world.change(content);
        try (EverywhereProgram program = new EverywhereProgram(places);
                BuildKitBuilder builder = program.builder()) {
            PipelineResult result = program.pipeline(builder).run();
            assertEverywhere(result.image().digest(), content);
            return result;
        }
    }

    private static void assertEverywhere(Digest image, String content) throws Exception {
        assertThat(image(places.registryA() + "/" + EverywhereProgram.REPOSITORY + ":main"))
                .contains(image);
        assertThat(image(places.registryA() + "/" + EverywhereProgram.REPOSITORY + ":sha-1"))
                .contains(image);
        assertThat(image(places.registryB() + "/" + EverywhereProgram.REPOSITORY))
                .contains(image);
        assertThat(image(OciArchive.source(places.archive()))).isEqualTo(image);
        assertThat(world.docker
                        .docker("run", "--rm", "--network=none", EverywhereProgram.ENGINE_TAG)
                        .run()
                        .orFail()
                        .output())
                .isEqualTo(content);
        assertThat(Command.of("debugfs", "-R", "cat /app", places.ext4())
                        .run()
                        .orFail()
                        .output())
                .isEqualTo(content);
        String snapshot = "everywhere-" + image.hex().substring(0, 12);
        assertThat(world.daytona.state(snapshot)).contains("active");
        assertThat(Files.readString(places.envFile())).isEqualTo(EverywhereProgram.SECRET + "=" + snapshot + "\n");
        assertThat(world.doppler.secrets())
                .containsEntry(EverywhereProgram.SECRET, snapshot)
                .containsEntry("VITE_" + EverywhereProgram.SECRET, "${" + EverywhereProgram.SECRET + "}");
        assertNothingHalfDone();
    }

    /** Whatever stands under a final name is whole, and nothing else stands beside it but what a killed process left. */
    private static void assertNothingHalfDone() throws Exception {
        if (Files.exists(places.ext4())) {
            Command.of("e2fsck", "-f", "-n", places.ext4()).run().orFail();
        }
        if (Files.exists(places.archive())) {
            try (ImageSource source = OciArchive.source(places.archive())) {
                source.image(source.descriptor()).config();
            }
        }
        if (Files.exists(places.envFile())) {
            assertThat(Files.readString(places.envFile()))
                    .matches(EverywhereProgram.SECRET + "=everywhere-[0-9a-f]{12}\n");
        }
        for (String tag : List.of(
                places.registryA() + "/" + EverywhereProgram.REPOSITORY + ":main",
                places.registryB() + "/" + EverywhereProgram.REPOSITORY)) {
            image(tag);
        }
        List<String> snapshots = world.daytona.snapshots();
        assertThat(snapshots).doesNotHaveDuplicates();
    }

    private static Digest image(ImageSource source) {
        try (source) {
            return source.descriptor().digest();
        }
    }

    private static Optional<Digest> image(String place) {
        try (ImageSource source = ImageLocation.parse("docker://" + place).source()) {
            source.image(source.descriptor()).config();
            return Optional.of(source.descriptor().digest());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static void report(TestReporter reporter, String run, PipelineResult result) {
        reporter.publishEntry(run, result.took().toMillis() + " ms");
        result.steps()
                .forEach(step -> reporter.publishEntry(
                        run + " " + step.kind() + " " + step.name(),
                        step.outcome() + " " + step.took().toMillis() + " ms " + step.detail()));
    }

    /** What lies beside the files that are wanted. */
    private static List<String> beside() throws IOException {
        return names(places.output()).stream()
                .filter(name -> !List.of("sandbox.ext4", "sandbox.tar", ".env").contains(name))
                .toList();
    }

    private static List<String> names(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
