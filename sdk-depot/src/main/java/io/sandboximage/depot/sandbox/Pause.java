package io.sandboximage.depot.sandbox;

import io.sandboximage.error.CancelledException;
import java.time.Duration;

/** Waiting between two questions. */
final class Pause {
    private Pause() {}

    static void of(Duration time, String work) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw CancelledException.interrupted(work, e);
        }
    }
}
