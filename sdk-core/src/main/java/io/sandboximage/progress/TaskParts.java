package io.sandboximage.progress;

import org.jspecify.annotations.Nullable;

/** What the parts of a task come to together. Not thread-safe. */
final class TaskParts {
    private long moved;
    private long spared;
    private long begun;
    private long expected;
    private int counted;
    private int ended;
    private int cached;

    void begun(ProgressEvent.Started part) {
        if (part.unit() == ProgressUnit.BYTES) {
            begun += part.total().orElse(0);
        }
    }

    void moved(long more) {
        moved += more;
    }

    /** One that ended; what it did not have to move counts as done. */
    void ended(ProgressEvent.Outcome outcome, ProgressUnit unit, long done, long total) {
        if (unit == ProgressUnit.BYTES && outcome == ProgressEvent.Outcome.CACHED) {
            spared += Math.max(0, total - done);
        }
        ended++;
        cached += outcome == ProgressEvent.Outcome.CACHED ? 1 : 0;
    }

    /** One of them is worth counting for itself: a step of a build. */
    void counted() {
        counted++;
    }

    void expect(@Nullable String bytes) {
        try {
            expected = bytes == null ? 0 : Long.parseLong(bytes);
        } catch (NumberFormatException e) {
            expected = 0; // Events may come from anywhere.
        }
    }

    long bytes() {
        return moved + spared;
    }

    long totalBytes() {
        return Math.max(expected, begun);
    }

    /** {@code 5 steps, 3 cached}; empty where the parts are no steps of a build. */
    String steps() {
        if (counted == 0) {
            return "";
        }
        return ended + " of " + counted + " steps" + (cached > 0 ? ", " + cached + " cached" : "");
    }
}
