package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** A place that an image can be written to. Implementations transfer only the blobs that the place lacks. Thread-safe. */
public interface ImageSink {
    /** The place as users write it; never holds secrets. */
    String name();

    /**
     * Writes the whole of {@code source}, every platform of an index. Nothing is visible under the final name before all of it
     * is there and verified.
     */
    Delivery write(ImageSource source, ProgressTask progress);
}
