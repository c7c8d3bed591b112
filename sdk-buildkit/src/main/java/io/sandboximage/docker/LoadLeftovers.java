package io.sandboximage.docker;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a failed load left in an engine: containerd's store keeps images whose layers lack. An image is removed by a name
 * of our own, never by its ID: somebody may name the same image at this moment, and by its ID it would be taken from them.
 */
record LoadLeftovers(DockerEngine engine, Digest id, boolean wasThere) {
    private static final Logger LOG = LoggerFactory.getLogger(LoadLeftovers.class);

    /** Also where the thread is interrupted. A failure here is not worth to hide the one that led here. */
    void remove() {
        if (wasThere) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            Optional<EngineImage> left = engine.findImage(id.toString());
            if (left.isPresent() && left.get().tags().isEmpty()) {
                ImageReference own = ImageReference.parse("sandbox-image.local/failed-load:" + UUID.randomUUID());
                engine.tagImage(id, own);
                engine.removeImage(own.toString());
            }
        } catch (SandboxImageException e) {
            LOG.debug("Could not remove what the failed load of {} left in {}", id, engine, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
