package io.sandboximage.docker;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.ImageReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes a name in an engine that served its purpose. Nobody else uses such a name, so nobody loses an image by it. */
final class PulledName {
    private static final Logger LOG = LoggerFactory.getLogger(PulledName.class);

    private PulledName() {}

    /** Also where the thread is interrupted: what was begun is cleaned up. A failure is no reason to fail the load. */
    static void remove(DockerEngine engine, ImageReference name) {
        boolean interrupted = Thread.interrupted();
        try {
            if (engine.findImage(name.toString()).isPresent()) {
                engine.removeImage(name.toString());
            }
        } catch (SandboxImageException e) {
            LOG.debug("Could not remove {} from {}", name, engine, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
