package io.sandboximage;

import io.sandboximage.progress.ProgressTask;

/** Builds images from Dockerfiles: BuildKit, Depot. Thread-safe. */
public interface ImageBuilder {
    /** The builder as users know it, for instance {@code buildkit tcp://…}. */
    String name();

    /**
     * Builds and gives a source from which the result can be read; the caller closes it.
     *
     * @throws io.sandboximage.error.SandboxImageException by cause
     */
    ImageSource build(BuildRequest request, ProgressTask progress);
}
