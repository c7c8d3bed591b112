package io.sandboximage.docker;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.time.Duration;

/** Gives an engine that went away in the middle of a load the time of a restart. */
final class EngineReturn {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private EngineReturn() {}

    /**
     * Waits for an engine to which the connection broke.
     *
     * @return whether the connection broke, so that what failed may be tried once more; false if the engine told the reason
     * @throws SandboxImageException {@code failure}, if the engine does not come back
     */
    static boolean awaitAfter(DockerEngine engine, SandboxImageException failure) {
        if (!(failure instanceof UnavailableException) || failure.remote().isPresent()) {
            return false;
        }
        boolean gone = false;
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!engine.answers()) {
            gone = true;
            if (System.nanoTime() >= end) {
                throw failure;
            }
            try {
                Thread.sleep(PAUSE.toMillis());
            } catch (InterruptedException e) {
                throw CancelledException.interrupted("waiting for the Docker engine at " + engine.host(), e);
            }
        }
        return gone || failure.getCause() instanceof IOException;
    }
}
