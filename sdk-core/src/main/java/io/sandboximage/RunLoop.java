package io.sandboximage;

import io.sandboximage.image.Descriptor;
import io.sandboximage.progress.ProgressListener;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * The course of one run, on a thread of its own: the image, then the branches side by side, then the checks side by side, then the
 * recorders one by one. The work itself happens on further threads.
 */
final class RunLoop {
    private final SandboxImagePipeline pipeline;
    private final ProgressListener listener;
    private final RunSteps steps;
    private final Branches stages;
    private final RunFacts facts = new RunFacts();
    private final SourceHolder holder = new SourceHolder();
    private final long start = System.nanoTime();

    RunLoop(SandboxImagePipeline pipeline, RunSignals signals, ProgressListener listener) {
        this.pipeline = pipeline;
        this.listener = listener;
        this.steps = new RunSteps(PlanMaker.plan(pipeline, branch -> false));
        this.stages = new Branches(signals, pipeline.deadline());
    }

    List<StepReport> steps() {
        return steps.reports();
    }

    PipelineResult run() {
        ProgressTask root = ProgressTask.root(listener, "pipeline");
        try (RunState state = RunState.open(pipeline.state())) {
            PipelineResult result = runStages(state, root);
            state.journal().finish();
            root.done();
            return result;
        } catch (Throwable failure) {
            root.failed(failure);
            throw failure;
        }
    }

    private PipelineResult runStages(RunState state, ProgressTask root) {
        Throwable primary = null;
        try {
            Produced produced = produce(root);
            state.journal().begin(produced.image().digest());
            List<Optional<Branch.Made>> made = branches(produced.source(), state, root);
            if (!pipeline.checks().isEmpty()) {
                check(result(produced.image(), made), root);
            }
            if (!pipeline.recorders().isEmpty()) {
                record(result(produced.image(), made), root);
            }
            return result(produced.image(), made);
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
        return stages.run(List.<Callable<Produced>>of(() -> steps.run(0, root, origin.label(), task -> {
                    ImageSource source = origin.producer().produce(task);
                    if (origin.owned()) {
                        holder.adopt(source);
                    }
                    Descriptor image = source.descriptor();
                    return done(new Produced(source, image), image.digest().toString());
                })))
                .get(0);
    }

    private List<Optional<Branch.Made>> branches(ImageSource source, RunState state, ProgressTask root) {
        List<Branch> branches = pipeline.branches();
        // Where there is one reader there is nothing to share, and it may know the source's own shortcuts.
        if (branches.size() < 2) {
            return branches(source, state.journal(), root);
        }
        BlobSpool spool = new BlobSpool(source, state.spool(), pipeline.spoolBytes());
        try (spool) {
            return branches(new SharedSource(source, spool), state.journal(), root);
        } finally {
            RunFacts.reading(spool.reading(), root);
        }
    }

    private List<Optional<Branch.Made>> branches(ImageSource source, RunJournal journal, ProgressTask root) {
        List<Branch> branches = pipeline.branches();
        List<Callable<Optional<Branch.Made>>> work = new ArrayList<>();
        for (int i = 0; i < branches.size(); i++) {
            BranchRun run = new BranchRun(branches.get(i), i + 1, steps, journal, facts);
            work.add(() -> run.work(source, root));
        }
        return stages.run(work);
    }

    private void check(PipelineResult made, ProgressTask root) {
        List<Callable<Boolean>> work = new ArrayList<>();
        int first = 1 + pipeline.branches().size();
        for (int i = 0; i < pipeline.checks().size(); i++) {
            NamedCheck named = pipeline.checks().get(i);
            int index = first + i;
            work.add(() -> steps.run(index, root, "check " + named.name(), task -> {
                named.check().check(made, task);
                return done(true, "");
            }));
        }
        stages.run(work);
    }

    private void record(PipelineResult result, ProgressTask root) {
        int first = 1 + pipeline.branches().size() + pipeline.checks().size();
        for (int i = 0; i < pipeline.recorders().size(); i++) {
            Recorder recorder = pipeline.recorders().get(i);
            int index = first + i;
            stages.run(List.<Callable<Boolean>>of(() -> steps.run(index, root, "record " + recorder.name(), task -> {
                recorder.record(result);
                return done(true, "");
            })));
        }
    }

    private PipelineResult result(Descriptor image, List<Optional<Branch.Made>> made) {
        List<Delivery> deliveries = new ArrayList<>();
        List<Snapshot> snapshots = new ArrayList<>();
        for (Optional<Branch.Made> one : made) {
            if (one.orElse(null) instanceof Branch.Delivered delivered) {
                deliveries.add(delivered.delivery());
            } else if (one.orElse(null) instanceof Branch.Snapped snapped) {
                snapshots.add(snapped.snapshot());
            }
        }
        return new PipelineResult(
                image, deliveries, snapshots, steps.reports(), Duration.ofNanos(System.nanoTime() - start));
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

    private static <T> RunSteps.Ended<T> done(T result, String detail) {
        return new RunSteps.Ended<>(result, StepReport.Outcome.DONE, detail);
    }
}
