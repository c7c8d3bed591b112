package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The course of one run, on a thread of its own: the image, then sinks and snapshotters side by side, then the recorders. The
 * work itself happens on further threads, one a branch; this one waits for them, for the deadline and for a cancellation.
 */
final class RunLoop {
    /** How long branches may take to stop after they were interrupted; those that do not stop are left behind. */
    static final Duration GRACE = Duration.ofSeconds(20);

    private static final String WORK = "running the pipeline";

    private final SandboxImagePipeline pipeline;
    private final RunSignals signals;
    private final ProgressListener listener;
    private final SourceHolder holder = new SourceHolder();
    private final long start = System.nanoTime();

    RunLoop(SandboxImagePipeline pipeline, RunSignals signals, ProgressListener listener) {
        this.pipeline = pipeline;
        this.signals = signals;
        this.listener = listener;
    }

    PipelineResult run() {
        ProgressTask root = ProgressTask.root(listener, "pipeline");
        try {
            PipelineResult result = runStages(root);
            root.done();
            return result;
        } catch (Throwable failure) {
            root.failed(failure);
            throw failure;
        }
    }

    private PipelineResult runStages(ProgressTask root) {
        Throwable primary = null;
        try {
            Produced produced = produce(root);
            List<Callable<Object>> branches = new ArrayList<>();
            pipeline.sinks().forEach(sink -> branches.add(() -> write(sink, produced.source(), root)));
            pipeline.snapshotters().forEach(s -> branches.add(() -> snapshot(s, produced.source(), root)));
            List<Object> made = stage(branches);
            PipelineResult result = new PipelineResult(
                    produced.image(), only(Delivery.class, made), only(Snapshot.class, made), elapsed(start));
            if (!pipeline.recorders().isEmpty()) {
                stage(List.of(() -> record(result, root)));
            }
            return result;
        } catch (Throwable failure) {
            primary = failure;
            throw failure;
        } finally {
            closeSource(primary, root);
        }
    }

    private record Produced(ImageSource source, Descriptor image) {}

    private Produced produce(ProgressTask root) {
        SandboxImagePipeline.Origin origin = pipeline.origin();
        return stage(List.<Callable<Produced>>of(() -> {
                    try (ProgressTask task = root.child(origin.label())) {
                        return tracked(task, () -> {
                            ImageSource source = origin.producer().produce(task);
                            if (origin.owned()) {
                                holder.adopt(source);
                            }
                            Descriptor image = source.descriptor();
                            task.done(image.digest().toString());
                            return new Produced(source, image);
                        });
                    }
                }))
                .get(0);
    }

    private static Delivery write(ImageSink sink, ImageSource source, ProgressTask root) throws Exception {
        try (ProgressTask task = root.child("to " + sink.name())) {
            return tracked(task, () -> {
                Delivery delivery = sink.write(source, task);
                if (delivery.blobsCopied() == 0 && delivery.blobsMounted() == 0) {
                    task.cached("all blobs present");
                } else {
                    task.done(delivery.blobsCopied() + " blobs copied, " + delivery.blobsMounted() + " mounted, "
                            + delivery.blobsSkipped() + " present");
                }
                return delivery;
            });
        }
    }

    private static Snapshot snapshot(Snapshotter snapshotter, ImageSource source, ProgressTask root) throws Exception {
        try (ProgressTask task = root.child("snapshot " + snapshotter.name())) {
            return tracked(task, () -> {
                Snapshot snapshot = snapshotter.snapshot(source, task);
                if (snapshot.reused()) {
                    task.cached("unchanged");
                } else {
                    task.done();
                }
                return snapshot;
            });
        }
    }

    private Boolean record(PipelineResult result, ProgressTask root) throws Exception {
        try (ProgressTask task = root.child("record")) {
            return tracked(task, () -> {
                for (Recorder recorder : pipeline.recorders()) {
                    CancelledException.throwIfInterrupted(WORK);
                    recorder.record(result);
                }
                task.done();
                return true;
            });
        }
    }

    private static <T> T tracked(ProgressTask task, Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (Throwable failure) {
            task.failed(failure);
            throw failure;
        }
    }

    /**
     * Runs the branches side by side and waits for all of them.
     *
     * @return their results in the order of the branches
     */
    private <T> List<T> stage(List<Callable<T>> branches) {
        AtomicReferenceArray<T> results = new AtomicReferenceArray<>(branches.size());
        List<Thread> threads = new ArrayList<>(branches.size());
        for (int i = 0; i < branches.size(); i++) {
            int number = i;
            Callable<T> branch = branches.get(i);
            Thread thread = new Thread(
                    () -> {
                        Throwable failure = null;
                        try {
                            results.set(number, branch.call());
                        } catch (Throwable e) {
                            failure = e;
                        }
                        signals.ended(number, failure);
                    },
                    "sandbox-image branch " + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        Failure failure = new Failure();
        awaitAll(threads, failure);
        failure.throwIfAny();
        List<T> list = new ArrayList<>(branches.size());
        for (int i = 0; i < branches.size(); i++) {
            list.add(results.get(i));
        }
        return list;
    }

    private void awaitAll(List<Thread> threads, Failure failure) {
        int running = threads.size();
        long giveUpAt = 0;
        while (running > 0) {
            boolean stopping = failure.primary != null;
            long wait = stopping ? giveUpAt - System.nanoTime() : untilDeadline();
            RunSignals.Signal signal = wait <= 0 ? null : next(wait);
            if (signal instanceof RunSignals.Ended ended) {
                running--;
                if (ended.failure() != null) {
                    failure.add(ended.failure());
                }
            } else if (signal instanceof RunSignals.Cancel) {
                failure.add(new CancelledException("Cancelled while " + WORK));
            } else if (stopping) {
                failure.add(new IllegalStateException(running + " branches of the pipeline did not stop within "
                        + GRACE.toSeconds() + " s of being interrupted; their threads were left behind"));
                return;
            } else {
                failure.add(deadlineExceeded());
            }
            if (!stopping && failure.primary != null) {
                giveUpAt = System.nanoTime() + GRACE.toNanos();
                threads.forEach(Thread::interrupt);
            }
        }
    }

    private RunSignals.@Nullable Signal next(long nanos) {
        try {
            return signals.next(nanos);
        } catch (InterruptedException e) {
            return new RunSignals.Cancel(); // Nobody but a stranger interrupts this thread; he means it.
        }
    }

    private long untilDeadline() {
        Optional<Duration> deadline = pipeline.deadline();
        // A Duration may hold more nanoseconds than a long does.
        return deadline.map(d -> TimeUnit.NANOSECONDS.convert(d) - (System.nanoTime() - start))
                .orElse(Long.MAX_VALUE);
    }

    private DeadlineExceededException deadlineExceeded() {
        Duration deadline = pipeline.deadline().orElseThrow();
        return new DeadlineExceededException(
                "The pipeline was not done within its deadline of " + deadline.toMillis()
                        + " ms and was stopped: give it more time with deadline(…), or run it again,"
                        + " which skips what was transferred already",
                deadline);
    }

    private void closeSource(@Nullable Throwable primary, ProgressTask root) {
        try {
            holder.close();
        } catch (RuntimeException e) {
            if (primary == null) {
                root.warn("Closing the image's source failed: " + e.getMessage()); // The work itself is done and good.
            } else {
                primary.addSuppressed(e);
            }
        }
    }

    private static <T> List<T> only(Class<T> type, List<?> values) {
        return values.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /** The first failure, with the later ones suppressed in it; what merely obeyed our interruption is left out. */
    private static final class Failure {
        private @Nullable Throwable primary;

        void add(Throwable failure) {
            if (primary == null) {
                primary = failure;
            } else if (primary != failure && !(failure instanceof CancelledException)) {
                primary.addSuppressed(failure);
            }
        }

        void throwIfAny() {
            if (primary instanceof Error error) {
                throw error;
            }
            if (primary instanceof RuntimeException exception) {
                throw exception;
            }
            if (primary != null) {
                throw new IllegalStateException(primary);
            }
        }
    }
}
