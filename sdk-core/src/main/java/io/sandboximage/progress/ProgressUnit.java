package io.sandboximage.progress;

/** What a task counts. */
public enum ProgressUnit {
    BYTES,
    ENTRIES,
    /** Steps without a measure of their own. */
    STEPS
}
