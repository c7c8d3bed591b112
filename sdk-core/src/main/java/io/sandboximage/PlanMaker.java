package io.sandboximage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Puts a pipeline's steps into their order: the image, the branches, the checks, the recorders one by one. */
final class PlanMaker {
    private final List<PlannedStep> steps = new ArrayList<>();

    private PlanMaker() {}

    /** @param finished whether a run that was broken off has done the branch */
    static PipelinePlan plan(SandboxImagePipeline pipeline, Predicate<Branch> finished) {
        PlanMaker maker = new PlanMaker();
        maker.add(StepKind.IMAGE, pipeline.origin().label(), true, List.of(), false);
        for (Branch branch : pipeline.branches()) {
            maker.add(branch.kind(), branch.name(), branch.required(), List.of(1), finished.test(branch));
        }
        List<Integer> branches = upTo(pipeline.branches().size());
        pipeline.checks().forEach(check -> maker.add(StepKind.CHECK, check.name(), true, branches, false));
        List<Integer> before =
                upTo(pipeline.branches().size() + pipeline.checks().size());
        for (Recorder recorder : pipeline.recorders()) {
            maker.add(StepKind.RECORD, recorder.name(), true, before, false);
            before = List.of(maker.steps.size());
        }
        return new PipelinePlan(maker.steps);
    }

    private void add(StepKind kind, String name, boolean required, List<Integer> after, boolean finished) {
        steps.add(new PlannedStep(steps.size() + 1, kind, name, required, after, finished));
    }

    /** The numbers of so many steps behind the image's; without any, the image's own. */
    private static List<Integer> upTo(int count) {
        return count == 0
                ? List.of(1)
                : IntStream.rangeClosed(2, count + 1).boxed().toList();
    }
}
