package io.sandboximage;

import java.util.List;

/**
 * A step that a run will take.
 *
 * @param number its place in the plan, from 1 on
 * @param name what it is about: a builder, a place, a check
 * @param required whether the run fails if it fails
 * @param after numbers of the steps that must have ended before; steps that do not wait for each other overlap
 * @param finished whether a run that was broken off has done it already; it is left out if the image is still the same
 */
public record PlannedStep(
        int number, StepKind kind, String name, boolean required, List<Integer> after, boolean finished) {
    public PlannedStep {
        after = List.copyOf(after);
    }
}
