package io.sandboximage.golden.build;

/** Where a project's build is. */
public enum GoldenBuildState {
    /** Nobody asked yet. */
    NONE,
    /** A filler is at work, or the result is being published. */
    BUILDING,
    /** An attempt failed by something that may pass; the next one waits for its time. */
    RETRYING,
    /** The last build was published. */
    READY,
    /** The last build failed; the golden before it still serves. */
    FAILED,
    /** The last build was cancelled; the golden before it still serves. */
    CANCELLED
}
