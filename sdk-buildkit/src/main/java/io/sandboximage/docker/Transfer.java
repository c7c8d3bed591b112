package io.sandboximage.docker;

import io.sandboximage.progress.ProgressTask;

/** One strategy, planned for one image and one engine. */
interface Transfer {
    LoadStrategy strategy();

    /** Why it is worth to be tried; part of a sentence. */
    String reason();

    /**
     * Brings the image into the engine without moving any name that was there before.
     *
     * @throws io.sandboximage.error.SandboxImageException if it cannot; the engine then may hold an incomplete image
     */
    Sent run(ProgressTask progress);

    /** Removes names that only served the transfer, once the image has its own. */
    default void finish() {}

    /** What travelled. */
    record Sent(int layers, long bytes) {}
}
