package io.sandboximage.docker;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import java.time.Duration;

/** Gives an engine that went away in the middle of a load the time of a restart. */
final class EngineReturn {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private EngineReturn() {}

    /**
     * Returns at once if the engine answers.
     *
     * @throws SandboxImageException {@code failure}, if the engine does not come back
     */
    static void await(DockerEngine engine, SandboxImageException failure) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!engine.answers()) {
            if (System.nanoTime() >= end) {
                throw failure;
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for the Docker engine at " + engine.host(), e);
            }
        }
    }
}
