package io.sandboximage;

/** Writes down what a pipeline made, for whoever comes next: an env file, JSON, a secret store. */
@FunctionalInterface
public interface Recorder {
    /** Called once, after all destinations and snapshots succeeded. */
    void record(PipelineResult result);
}
