package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the steps of a run ended, as far as they have; each is watched while it runs. Thread-safe. */
final class RunSteps {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PlannedStep> plan;
    private final StepReport[] reports;

    RunSteps(PipelinePlan plan) {
        this.plan = plan.steps();
        this.reports = this.plan.stream().map(RunSteps::notBegun).toArray(StepReport[]::new);
    }

    /** What a step came to. */
    record Ended<T>(T result, StepReport.Outcome outcome, String detail) {}

    /**
     * Runs a step: its end is shown and remembered.
     *
     * @param index its place in the plan, from 0 on
     * @param label what is shown
     */
    <T> T run(int index, ProgressTask parent, String label, Function<ProgressTask, Ended<T>> work) {
        long start = System.nanoTime();
        try (ProgressTask task = parent.child(label)) {
            RunFacts.step(plan.get(index), task);
            try {
                Ended<T> ended = work.apply(task);
                if (ended.outcome() == StepReport.Outcome.DONE) {
                    task.done(ended.detail());
                } else {
                    task.cached(ended.detail());
                }
                set(index, ended.outcome(), ended.detail(), start, null);
                return ended.result();
            } catch (Throwable failure) {
                task.failed(failure);
                StepReport.Outcome outcome = failure instanceof CancelledException
                        ? StepReport.Outcome.CANCELLED
                        : StepReport.Outcome.FAILED;
                set(index, outcome, String.valueOf(failure.getMessage()), start, failure);
                throw failure;
            }
        }
    }

    List<StepReport> reports() {
        lock.lock();
        try {
            return new ArrayList<>(Arrays.asList(reports));
        } finally {
            lock.unlock();
        }
    }

    private void set(int index, StepReport.Outcome outcome, String detail, long start, @Nullable Throwable failure) {
        PlannedStep step = plan.get(index);
        StepReport report = new StepReport(
                step.kind(),
                step.name(),
                step.required(),
                outcome,
                detail,
                Duration.ofNanos(System.nanoTime() - start),
                Optional.ofNullable(failure));
        lock.lock();
        try {
            reports[index] = report;
        } finally {
            lock.unlock();
        }
    }

    private static StepReport notBegun(PlannedStep step) {
        return new StepReport(
                step.kind(),
                step.name(),
                step.required(),
                StepReport.Outcome.NOT_BEGUN,
                "",
                Duration.ZERO,
                Optional.empty());
    }
}
