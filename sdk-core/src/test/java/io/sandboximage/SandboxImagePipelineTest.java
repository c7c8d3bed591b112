package io.sandboximage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.StorageException;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SandboxImagePipelineTest {
    private final FakeSource source = new FakeSource();

    @Test
    void resultListsDeliveriesAndSnapshotsInTheGivenOrder() {
        PipelineResult result = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a"))
                .snapshot(Fakes.snapshotter("s", s -> {}))
                .to(Fakes.sink("b"))
                .run();

        assertThat(result.image()).isEqualTo(FakeSource.DESCRIPTOR);
        assertThat(result.deliveries()).extracting(Delivery::destination).containsExactly("a", "b");
        assertThat(result.snapshots()).extracting(Snapshot::reference).containsExactly("s");
    }

    @Test
    void sinksAndSnapshottersWorkAtTheSameTime() {
        CyclicBarrier all = new CyclicBarrier(3);
        Runnable meet = () -> {
            try {
                all.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
        };

        PipelineResult result = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", s -> meet.run()))
                .to(Fakes.sink("b", s -> meet.run()))
                .snapshot(Fakes.snapshotter("c", s -> meet.run()))
                .run();

        assertThat(result.deliveries()).hasSize(2);
    }

    @Test
    void recordersAreCalledInOrderAfterEverythingSucceeded() {
        List<String> calls = new CopyOnWriteArrayList<>();
        SandboxImagePipeline.builder()
                .from(source)
                .record(r -> calls.add("first " + r.deliveries().size()))
                .record(r -> calls.add("second"))
                .to(Fakes.sink("a", s -> calls.add("sink")))
                .run();

        assertThat(calls).containsExactly("sink", "first 1", "second");
    }

    @Test
    void recordersAreNotCalledAfterAFailure() {
        List<PipelineResult> calls = new CopyOnWriteArrayList<>();
        assertThatThrownBy(() -> SandboxImagePipeline.builder()
                        .from(source)
                        .to(Fakes.sink("a", s -> {
                            throw new ConflictException("taken");
                        }))
                        .record(calls::add)
                        .run())
                .isInstanceOf(ConflictException.class);

        assertThat(calls).isEmpty();
    }

    @Test
    void failureOfOneDoesNotSpoilTheOthersAndIsReportedWithThem() throws InterruptedException {
        CountDownLatch failed = new CountDownLatch(1);
        List<PipelineResult> recorded = new CopyOnWriteArrayList<>();
        PipelineRun run = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("fails", s -> {
                    failed.countDown();
                    throw new ConflictException("taken");
                }))
                .to(Fakes.sink("goes on", s -> await(failed)))
                .snapshot(Fakes.snapshotter("goes on too", s -> await(failed)))
                .record(recorded::add)
                .start();

        assertThatThrownBy(run::result).isInstanceOf(ConflictException.class).hasMessage("taken");
        assertThat(run.steps())
                .extracting(StepReport::name, StepReport::outcome)
                .containsExactly(
                        tuple("image from fake", StepReport.Outcome.DONE),
                        tuple("fails", StepReport.Outcome.FAILED),
                        tuple("goes on", StepReport.Outcome.DONE),
                        tuple("goes on too", StepReport.Outcome.DONE),
                        tuple("recorder", StepReport.Outcome.NOT_BEGUN));
        assertThat(run.steps().get(1).failure()).containsInstanceOf(ConflictException.class);
        assertThat(recorded).isEmpty();
    }

    @Test
    void secondFailureIsSuppressedInTheFirst() {
        CountDownLatch first = new CountDownLatch(1);
        Throwable thrown = catchThrowable(() -> SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("fails", s -> {
                    first.countDown();
                    throw new ConflictException("taken");
                }))
                .to(Fakes.sink("fails later", s -> {
                    await(first);
                    throw new StorageException("disk full", null);
                }))
                .run());

        assertThat(List.of(thrown, thrown.getSuppressed()[0]))
                .hasAtLeastOneElementOfType(ConflictException.class)
                .hasAtLeastOneElementOfType(StorageException.class);
    }

    @Test
    void whatMayFailDoesNotKeepFromRecording() {
        List<PipelineResult> recorded = new CopyOnWriteArrayList<>();
        PipelineResult good = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a"))
                .toIfPossible(Fakes.sink("mirror", s -> {
                    throw new ConflictException("taken");
                }))
                .record(recorded::add)
                .run();
        assertThat(good.deliveries()).extracting(Delivery::destination).containsExactly("a");
        assertThat(good.steps()).extracting(StepReport::outcome).contains(StepReport.Outcome.FAILED);
        assertThat(recorded).hasSize(1);
    }

    @Test
    void checksRunBetweenTheBranchesAndTheRecorders() {
        List<String> calls = new CopyOnWriteArrayList<>();
        SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", s -> calls.add("sink")))
                .check(
                        "smoke",
                        (made, progress) ->
                                calls.add("check " + made.deliveries().size()))
                .record(r -> calls.add("record"));
        pipeline.run();
        assertThat(calls).containsExactly("sink", "check 1", "record");

        calls.clear();
        assertThatThrownBy(() -> pipeline.check("boot", (made, progress) -> {
                            throw new ConflictException("does not boot");
                        })
                        .run())
                .hasMessage("does not boot");
        assertThat(calls).doesNotContain("record");
    }

    @Test
    void planIsKnownBeforeAnythingRuns() {
        SandboxImagePipeline pipeline = SandboxImagePipeline.builder()
                .produce(progress -> {
                    throw new AssertionError("a plan runs nothing");
                })
                .to(Fakes.sink("a"))
                .snapshot(Fakes.snapshotter("s", s -> {}))
                .toIfPossible(Fakes.sink("b"))
                .check("smoke", (made, progress) -> {})
                .record(r -> {})
                .record(r -> {})
                .build();

        assertThat(pipeline.plan())
                .hasToString(String.join(
                        "\n",
                        " 1  image        image",
                        " 2  destination  a  (after 1)",
                        " 3  snapshot     s  (after 1)",
                        " 4  destination  b  (after 1)  may fail",
                        " 5  check        smoke  (after 2, 3, 4)",
                        " 6  record       recorder  (after 2, 3, 4, 5)",
                        " 7  record       recorder  (after 6)"));
    }

    @Test
    void producedSourceIsClosedAfterSuccessAndAfterFailure() {
        SandboxImagePipeline.builder()
                .produce(progress -> source)
                .to(Fakes.sink("a"))
                .run();
        assertThat(source.closed).hasValue(1);

        FakeSource second = new FakeSource();
        catchThrowable(() -> SandboxImagePipeline.builder()
                .produce(progress -> second)
                .to(Fakes.sink("a", s -> {
                    throw new ConflictException("taken");
                }))
                .run());
        assertThat(second.closed).hasValue(1);
    }

    @Test
    void givenSourceStaysOpenSoThatThePipelineCanRunAgain() {
        SandboxImagePipeline pipeline =
                SandboxImagePipeline.builder().from(source).to(Fakes.sink("a")).build();

        pipeline.run();
        pipeline.run();

        assertThat(source.closed).hasValue(0);
    }

    @Test
    void sourceThatTheProducerCannotResolveIsClosed() {
        ImageSource broken = new ForwardingFake(source) {
            @Override
            public io.sandboximage.image.Descriptor descriptor() {
                throw new StorageException("gone");
            }
        };
        assertThatThrownBy(() -> SandboxImagePipeline.builder()
                        .produce(progress -> broken)
                        .to(Fakes.sink("a"))
                        .run())
                .hasMessage("gone");
        assertThat(source.closed).hasValue(1);
    }

    @Test
    void sinkSeesTheVerySourceSoThatItCanTellWhereBlobsComeFrom() {
        AtomicReference<ImageSource> seen = new AtomicReference<>();
        SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", seen::set))
                .run();
        assertThat(seen.get()).isSameAs(source);
    }

    @Test
    void builderBuildsTheRequest() {
        AtomicReference<BuildRequest> seen = new AtomicReference<>();
        BuildRequest request = BuildRequest.dockerfile(Path.of("."), "Dockerfile");
        SandboxImagePipeline.builder()
                .build(request)
                .with(new ImageBuilder() {
                    @Override
                    public String name() {
                        return "fake builder";
                    }

                    @Override
                    public ImageSource build(BuildRequest given, ProgressTask progress) {
                        seen.set(given);
                        return source;
                    }
                })
                .to(Fakes.sink("a"))
                .run();

        assertThat(seen.get()).isSameAs(request);
        assertThat(source.closed).hasValue(1);
    }

    @Test
    void cancelStopsTheWorkAndClosesTheSource() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        PipelineRun run = SandboxImagePipeline.builder()
                .produce(progress -> source)
                .to(Fakes.sink("a", Fakes.endless(started::countDown)))
                .start();
        started.await();
        assertThat(run.isDone()).isFalse();

        run.cancel();

        assertThatThrownBy(run::result).isInstanceOf(CancelledException.class);
        assertThat(source.closed).hasValue(1);
        assertThat(run.isDone()).isTrue();
    }

    @Test
    void interruptionOfRunCancelsAndKeepsTheFlag() throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        Throwable thrown = catchThrowable(() -> SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", s -> {
                    try {
                        Fakes.endless(caller::interrupt).accept(s);
                    } finally {
                        stopped.countDown();
                    }
                }))
                .run());

        assertThat(stopped.getCount())
                .as("the work has stopped when run() returns")
                .isZero();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(thrown).isInstanceOf(CancelledException.class);
    }

    @Test
    void interruptionOfAWaiterDoesNotCancelTheRun() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        PipelineRun run = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", s -> await(go)))
                .start();

        Thread.currentThread().interrupt();
        assertThatThrownBy(run::result).isInstanceOf(CancelledException.class);
        assertThat(Thread.interrupted()).isTrue();

        go.countDown();
        assertThat(run.result().deliveries()).hasSize(1);
    }

    @Test
    void deadlineStopsTheRunWithItsOwnError() {
        assertThatThrownBy(() -> SandboxImagePipeline.builder()
                        .produce(progress -> source)
                        .to(Fakes.sink("a", Fakes.endless(() -> {})))
                        .deadline(Duration.ofMillis(50))
                        .run())
                .isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
                    assertThat(e.deadline()).isEqualTo(Duration.ofMillis(50));
                    assertThat(e.retryable()).isTrue();
                });
        assertThat(source.closed).hasValue(1);
    }

    @Test
    void failingListenerHarmsNothing() {
        List<ProgressEvent> seen = new CopyOnWriteArrayList<>();
        SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a"))
                .progress(event -> {
                    throw new AssertionError("a careless listener");
                })
                .progress(seen::add)
                .run();

        assertThat(seen).last().isInstanceOfSatisfying(ProgressEvent.Finished.class, e -> assertThat(e.outcome())
                .isEqualTo(ProgressEvent.Outcome.DONE));
    }

    @Test
    void eventsCanBeReadFromTheStartAfterTheRun() {
        PipelineRun run = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a"))
                .record(r -> {})
                .start();
        run.result();

        List<String> labels = run.events()
                .filter(ProgressEvent.Started.class::isInstance)
                .map(e -> ((ProgressEvent.Started) e).label())
                .toList();

        assertThat(labels).containsExactly("pipeline", "image from fake", "to a", "record recorder");
        assertThat(run.events().count()).isEqualTo(12);
    }

    @Test
    void futureGivesTheResultAndCancelsTheRun() throws Exception {
        SandboxImagePipeline quick =
                SandboxImagePipeline.builder().from(source).to(Fakes.sink("a")).build();
        assertThat(quick.start().future().get(30, TimeUnit.SECONDS).deliveries())
                .hasSize(1);

        PipelineRun run = SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", Fakes.endless(() -> {})))
                .start();
        run.future().cancel(true);
        assertThatThrownBy(run::result).isInstanceOf(CancelledException.class);
        assertThatThrownBy(() -> run.future().join())
                .isInstanceOfAny(CancellationException.class, java.util.concurrent.CompletionException.class);
    }

    @Test
    void workRunsOnNamedDaemonThreads() {
        AtomicReference<Thread> worker = new AtomicReference<>();
        SandboxImagePipeline.builder()
                .from(source)
                .to(Fakes.sink("a", s -> worker.set(Thread.currentThread())))
                .run();

        assertThat(worker.get().isDaemon()).isTrue();
        assertThat(worker.get().getName()).startsWith("sandbox-image");
    }

    @Test
    void errorsOfTheWorkReachTheCallerAsTheyAre() {
        assertThatThrownBy(() -> SandboxImagePipeline.builder()
                        .from(source)
                        .to(Fakes.sink("a", s -> {
                            throw new StackOverflowError("deep");
                        }))
                        .run())
                .isInstanceOf(StackOverflowError.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting", e);
        }
    }
}
