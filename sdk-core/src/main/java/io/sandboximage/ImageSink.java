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

    /** The name and every option that changes what is written: what a resumed run knows its earlier work by. */
    default String spec() {
        return name();
    }

    /**
     * Whether what an earlier run delivered is there still, so that a resumed one need not write it. By default false: then it is
     * written again, which transfers nothing that is there.
     */
    default boolean has(Delivery earlier) {
        return false;
    }
}
