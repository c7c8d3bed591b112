package io.sandboximage.progress;

/**
 * Takes progress events. It is called on the working threads, from several at once: it must be thread-safe and fast. What it
 * throws is ignored; progress never fails or delays the work on purpose.
 */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener NONE = event -> {};

    void onEvent(ProgressEvent event);
}
