package io.sandboximage.progress;

import java.util.Optional;

/**
 * Takes progress events. It is called on the working threads, from several at once: it must be thread-safe and fast. What it
 * throws is ignored; progress never fails or delays the work on purpose.
 */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = event -> {};

    void onEvent(ProgressEvent event);

    /**
     * Under what those who do the work elsewhere shall put what they do for a task, if this listener makes traces: a
     * {@code traceparent} as the W3C's Trace Context has it. As fast as {@link #onEvent}.
     */
    default Optional<String> traceParent(long task) {
        return Optional.empty();
    }
}
