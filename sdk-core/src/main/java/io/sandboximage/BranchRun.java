package io.sandboximage;

import io.sandboximage.error.CancelledException;
import io.sandboximage.progress.ProgressTask;
import java.util.Optional;

/**
 * One branch within one run: left out if a run that was broken off has finished it, and written into the journal once it is done.
 *
 * @param index its place among the run's steps
 */
record BranchRun(Branch branch, int index, RunSteps steps, RunJournal journal, RunFacts facts) {
    /** What came out; nothing if it failed and may. */
    Optional<Branch.Made> work(ImageSource source, ProgressTask root) {
        String label = (branch.kind() == StepKind.SNAPSHOT ? "snapshot " : "to ") + branch.name();
        try {
            Branch.Made result = steps.run(index, root, label, task -> {
                Optional<Branch.Made> earlier = journal.find(branch).flatMap(branch::stillThere);
                if (earlier.isPresent()) {
                    return new RunSteps.Ended<>(
                            earlier.get(), StepReport.Outcome.RESUMED, "done by the run that was broken off");
                }
                Branch.Made made = branch.work(source, task);
                journal.add(branch, made);
                RunFacts.made(made, task);
                return new RunSteps.Ended<>(
                        made, made.unchanged() ? StepReport.Outcome.UNCHANGED : StepReport.Outcome.DONE, made.detail());
            });
            if (!result.unchanged()) {
                facts.image(source, root);
            }
            return Optional.of(result);
        } catch (CancelledException e) {
            throw e;
        } catch (RuntimeException e) {
            if (branch.required()) {
                throw e;
            }
            root.warn(branch.name() + " failed, which the pipeline permits: " + e.getMessage());
            return Optional.empty();
        }
    }
}
