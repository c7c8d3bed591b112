package io.sandboximage;

/** Writes down what a pipeline made, for whoever comes next: an env file, JSON, a secret store. */
@FunctionalInterface
public interface Recorder {
    /**
     * Called once, after all that is required succeeded. A run that was broken off here begins again with the first recorder, so
     * to record the same twice must do no harm.
     */
    void record(PipelineResult result);

    /** What is written, and where, for people; never holds secrets. */
    default String name() {
        return "recorder";
    }
}
