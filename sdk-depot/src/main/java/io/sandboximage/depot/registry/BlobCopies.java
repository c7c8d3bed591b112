package io.sandboximage.depot.registry;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.PushGrant;
import io.sandboximage.registry.Repository;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks the service for the blobs of one push, until it turns out that it is not there or must not be trusted with them. Thread-safe. */
final class BlobCopies {
    private final BlobService service;
    private final String buildId;
    private final ImageReference tag;
    private final Repository repository;
    private final ProgressTask progress;
    private final AtomicBoolean off = new AtomicBoolean();

    BlobCopies(BlobService service, String buildId, ImageReference tag, Repository repository, ProgressTask progress) {
        this.service = service;
        this.buildId = buildId;
        this.tag = tag;
        this.repository = repository;
        this.progress = progress;
    }

    /** Whether the service copied it; where not, progress tells why. */
    boolean copy(Descriptor blob) {
        if (off.get()) {
            return false;
        }
        Optional<PushGrant> grant = repository.pushGrant();
        if (grant.isEmpty()) {
            giveUp("there is nothing that would let Depot push to " + repository.name());
            return false;
        }
        try {
            service.copy(buildId, blob.digest(), tag, grant.get());
            return true;
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            // What may pass later did not pass while it was tried again: the other blobs need not wait for that too.
            if (e.retryable()) {
                giveUp(String.valueOf(e.getMessage()));
            } else {
                progress.warn("The blob " + blob.digest().shortHex() + " goes through this machine: " + e.getMessage());
            }
            return false;
        }
    }

    private void giveUp(String reason) {
        if (off.compareAndSet(false, true)) {
            progress.warn("The image goes through this machine: " + reason);
        }
    }
}
