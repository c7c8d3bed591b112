package io.sandboximage.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import java.util.Optional;

/** The artifact whose chunks need not be pushed again. */
final class BaseArtifact {
    private BaseArtifact() {}

    static Optional<ChunkList> find(ImageReference target, Optional<ImageReference> chosen, RegistryClient registries) {
        if (chosen.isPresent()) {
            ImageReference base = chosen.get();
            if (!base.registry().equals(target.registry()) || !base.repository().equals(target.repository())) {
                throw new InvalidRequestException("The base " + base + " is in another repository than " + target
                        + ": only blobs of the same repository need not be pushed");
            }
            return Optional.of(DiskArtifact.of(base, registries).chunks());
        }
        try {
            return Optional.of(DiskArtifact.of(target, registries).chunks());
        } catch (NotFoundException | InvalidContentException e) {
            return Optional.empty(); // The tag is new, or names something else, which is replaced.
        }
    }
}
