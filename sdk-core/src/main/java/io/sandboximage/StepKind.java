package io.sandboximage;

/** What a step of a pipeline does, in the order in which the kinds follow each other. */
public enum StepKind {
    /** The image is made or found. */
    IMAGE,
    /** It is written to an {@link ImageSink}. */
    DESTINATION,
    /** A {@link Snapshotter} makes something that boots. */
    SNAPSHOT,
    /** A {@link PipelineCheck} tries out what was made. */
    CHECK,
    /** A {@link Recorder} writes down what was made. */
    RECORD
}
