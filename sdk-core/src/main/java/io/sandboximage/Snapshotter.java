package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** Turns an image into something that a sandbox boots from. Thread-safe. */
public interface Snapshotter {
    /** What it makes and where, for instance {@code ext4 sandbox.ext4}. */
    String name();

    Snapshot snapshot(ImageSource source, ProgressTask progress);
}
