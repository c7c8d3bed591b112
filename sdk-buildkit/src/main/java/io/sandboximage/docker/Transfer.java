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

    /**
     * What travelled.
     *
     * @param unpacked whether the engine told that it has unpacked the image, by its ID
     */
    record Sent(int layers, long bytes, boolean unpacked) {
        Sent(int layers, long bytes) {
            this(layers, bytes, false);
        }
    }
}
