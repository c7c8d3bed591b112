package io.sandboximage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.ConflictException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PipelineResumeTest {
    private final List<String> work = new CopyOnWriteArrayList<>();
    private final MemorySource source = new MemorySource();
    private volatile boolean broken = true;
    private volatile boolean gone;

    @TempDir
    Path folder;

    @Test
    void finishedWorkIsNotRepeatedAfterAFailure() {
        image(1);
        assertThatThrownBy(() -> pipeline().run()).isInstanceOf(ConflictException.class);
        assertThat(work).containsExactlyInAnyOrder("kept", "snapshot", "fails");

        work.clear();
        broken = false;
        assertThat(pipeline().plan().steps())
                .filteredOn(PlannedStep::finished)
                .extracting(PlannedStep::name)
                .containsExactly("kept", "shot");
        PipelineResult result = pipeline().run();

        assertThat(work).containsExactly("fails", "record");
        assertThat(result.deliveries()).extracting(Delivery::blobsCopied).containsExactly(2, 2);
        assertThat(result.snapshots().get(0).properties()).containsEntry("sizeBytes", "7");
        assertThat(result.steps())
                .filteredOn(step -> step.outcome() == StepReport.Outcome.RESUMED)
                .extracting(StepReport::name)
                .containsExactly("kept", "shot");
    }

    @Test
    void runThatReachedItsEndIsNotResumed() {
        image(1);
        broken = false;
        pipeline().run();
        work.clear();

        pipeline().run();
        assertThat(work).contains("kept", "snapshot", "fails", "record");
    }

    @Test
    void anotherImageIsMadeAnew() {
        image(1);
        assertThatThrownBy(() -> pipeline().run()).isInstanceOf(ConflictException.class);
        work.clear();
        broken = false;
        image(2);

        pipeline().run();
        assertThat(work).contains("kept", "snapshot", "fails");
    }

    @Test
    void whatIsGoneMeanwhileIsMadeAnew() {
        image(1);
        assertThatThrownBy(() -> pipeline().run()).isInstanceOf(ConflictException.class);
        work.clear();
        broken = false;
        gone = true;

        pipeline().run();
        assertThat(work).contains("kept", "snapshot", "fails");
    }

    @Test
    void journalThatIsNotUnderstoodBeginsAnew() throws IOException {
        image(1);
        broken = false;
        Files.createDirectories(state());
        Files.writeString(state().resolve("journal.json"), "{\"version\":99}");
        pipeline().run();
        assertThat(work).contains("kept", "record");
    }

    @Test
    void secondRunAtTheSameTimeIsRefused() throws InterruptedException {
        image(1);
        CountDownLatch started = new CountDownLatch(1);
        PipelineRun first = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", Fakes.endless(started::countDown)))
                .state(state())
                .start();
        started.await();

        broken = false;
        assertThatThrownBy(() -> pipeline().run())
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("another run is using its state directory");
        first.cancel();
        assertThatThrownBy(first::result).hasMessageContaining("Cancelled");
        pipeline().run();
    }

    @Test
    void nothingButLockAndJournalStays() throws IOException {
        image(1);
        Files.createDirectories(state().resolve("spool"));
        Files.writeString(state().resolve("spool/sha256-abc"), "of a killed run");
        Files.writeString(state().resolve(".incomplete-1"), "of a killed run");
        broken = false;
        pipeline().run();
        try (Stream<Path> files = Files.list(state())) {
            assertThat(files)
                    .extracting(f -> f.getFileName().toString())
                    .containsExactlyInAnyOrder("lock", "journal.json");
        }
    }

    private Path state() {
        return folder.resolve("state");
    }

    private void image(int content) {
        source.image(Platform.LINUX_AMD64, new byte[] {(byte) content});
    }

    private SandboxImagePipeline pipeline() {
        return SandboxImagePipeline.builder()
                .from(source)
                .to(new Kept())
                .to(Fakes.sink("fails", s -> {
                    work.add("fails");
                    if (broken) {
                        throw new ConflictException("taken");
                    }
                }))
                .snapshot(new KeptSnapshot())
                .record(r -> work.add("record"))
                .state(state())
                .build();
    }

    private final class Kept implements ImageSink {
        @Override
        public String name() {
            return "kept";
        }

        @Override
        public Delivery write(ImageSource from, ProgressTask progress) {
            work.add("kept");
            return new Delivery("kept", from.descriptor(), 2, 0, 1, 30, Duration.ZERO);
        }

        @Override
        public boolean has(Delivery earlier) {
            return !gone
                    && earlier.descriptor().digest().equals(source.descriptor().digest());
        }
    }

    private final class KeptSnapshot implements Snapshotter {
        @Override
        public String name() {
            return "shot";
        }

        @Override
        public Snapshot snapshot(ImageSource from, ProgressTask progress) {
            work.add("snapshot");
            return new Snapshot(
                    "fake", "id-1", from.descriptor().digest(), false, Map.of("sizeBytes", "7"), Duration.ZERO);
        }

        @Override
        public boolean has(Snapshot earlier) {
            return !gone && earlier.reference().equals("id-1");
        }
    }
}
