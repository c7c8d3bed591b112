package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** Turns an image into something that a sandbox boots from. Thread-safe. */
public interface Snapshotter {
    /** What it makes and where, for instance {@code ext4 sandbox.ext4}. */
    String name();

    /** Makes it, or finds that it is there, made of the same image with the same options. */
    Snapshot snapshot(ImageSource source, ProgressTask progress);

    /** The name and every option that changes what is made: what a resumed run knows its earlier work by. */
    default String spec() {
        return name();
    }

    /**
     * Whether what an earlier run made is there still, so that a resumed one need not make it. By default false: then it is asked
     * for again by {@link #snapshot}.
     */
    default boolean has(Snapshot earlier) {
        return false;
    }
}
