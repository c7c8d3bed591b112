package io.sandboximage;

import java.time.Duration;
import java.util.Optional;

/**
 * How a step of a run ended.
 *
 * @param name as in the {@link PlannedStep}
 * @param detail a few words about the result or the failure; may be empty
 * @param failure what went wrong; only where {@code outcome} is {@link Outcome#FAILED} or {@link Outcome#CANCELLED}
 */
public record StepReport(
        StepKind kind,
        String name,
        boolean required,
        Outcome outcome,
        String detail,
        Duration took,
        Optional<Throwable> failure) {
    /** How it ended. */
    public enum Outcome {
        DONE,
        /** Nothing had to be done: the place had it already. */
        UNCHANGED,
        /** An earlier run, which was broken off, had done it. */
        RESUMED,
        FAILED,
        CANCELLED,
        /** It was not begun, since the run ended before. */
        NOT_BEGUN
    }

    /** Whether what the step is for is there now. */
    public boolean succeeded() {
        return outcome == Outcome.DONE || outcome == Outcome.UNCHANGED || outcome == Outcome.RESUMED;
    }
}
