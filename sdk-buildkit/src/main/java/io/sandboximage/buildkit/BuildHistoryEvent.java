package io.sandboximage.buildkit;

/** Something that happened in a daemon's history. */
public record BuildHistoryEvent(Kind kind, BuildRecord build) {
    /** What happened to the build. */
    public enum Kind {
        STARTED,
        COMPLETED,
        /** Only the reference of the build is known. */
        DELETED
    }
}
