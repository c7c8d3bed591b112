package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a pipeline, under way or finished. Thread-safe. */
public final class PipelineRun {
    private static final Logger log = LoggerFactory.getLogger(PipelineRun.class);

    private final CompletableFuture<PipelineResult> outcome = new CompletableFuture<>();
    private final ProgressLog events = new ProgressLog();
    private final RunSignals signals = new RunSignals();

    private final RunLoop loop;

    private PipelineRun(SandboxImagePipeline pipeline) {
        this.loop = new RunLoop(pipeline, signals, Progress.combine(events, pipeline.progress()));
    }

    static PipelineRun start(SandboxImagePipeline pipeline) {
        PipelineRun run = new PipelineRun(pipeline);
        Thread thread = new Thread(run::finish, "sandbox-image run");
        thread.setDaemon(true);
        thread.start();
        return run;
    }

    private void finish() {
        try {
            PipelineResult result = loop.run();
            events.close();
            outcome.complete(result);
        } catch (Throwable failure) {
            log.debug("A pipeline run failed", failure);
            events.close();
            outcome.completeExceptionally(failure);
        }
    }

    /**
     * Waits for the result. Interrupting the waiting thread stops the waiting only; {@link #cancel()} stops the run.
     *
     * @throws CancelledException if the run was cancelled, or the waiting thread interrupted (its flag stays set)
     * @throws io.sandboximage.error.SandboxImageException the failure of the run
     */
    public PipelineResult result() {
        try {
            return outcome.get();
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the pipeline, which goes on", e);
        } catch (ExecutionException e) {
            throw unchecked(e);
        }
    }

    /**
     * Waits for the result; when the waiting thread is interrupted, cancels the run, waits until its work has stopped, and leaves
     * the flag set.
     *
     * @throws CancelledException if the run was cancelled
     * @throws io.sandboximage.error.SandboxImageException the failure of the run
     */
    public PipelineResult resultOrCancel() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return outcome.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancel();
                } catch (ExecutionException e) {
                    throw unchecked(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Asks the run to stop and returns at once; {@link #result()} then throws {@link CancelledException} as soon as the work has
     * stopped. Nothing happens if the run has finished.
     */
    public void cancel() {
        signals.cancel();
    }

    public boolean isDone() {
        return outcome.isDone();
    }

    /**
     * All events from the first on, also those that were before this call; waits for the next while the run is under way and
     * ends with it. Every call gives a stream of its own. To a slow reader a task's older counts are left out in favour of its
     * newest.
     */
    public Stream<ProgressEvent> events() {
        return events.stream();
    }

    /** How each step ended, as far as it has: also of a run that failed, what it did all the same. In the order of the plan. */
    public List<StepReport> steps() {
        return List.copyOf(loop.steps());
    }

    /** A view of the result; cancelling it cancels the run, completing it changes nothing. */
    @SuppressWarnings("FutureReturnValueIgnored") // of whenComplete: it is the view that counts
    public CompletableFuture<PipelineResult> future() {
        CompletableFuture<PipelineResult> view = outcome.copy();
        view.whenComplete((result, failure) -> {
            if (view.isCancelled()) {
                cancel();
            }
        });
        return view;
    }

    private static RuntimeException unchecked(ExecutionException wrapper) {
        Throwable failure = wrapper.getCause();
        if (failure instanceof Error error) {
            throw error;
        }
        // Everything that runs in a pipeline is free of checked exceptions.
        return failure instanceof RuntimeException exception ? exception : new IllegalStateException(wrapper);
    }
}
