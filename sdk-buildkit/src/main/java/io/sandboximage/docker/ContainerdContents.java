package io.sandboximage.docker;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Layer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * containerd's store may have an image without all that it consists of, and adds up every layer to tell. What was seen whole once is
 * not asked about again: as long as the image is there the store keeps its blobs.
 */
final class ContainerdContents implements EngineContents {
    private final DockerEngine engine;
    private final Candidate candidate;
    private final Digest id;

    ContainerdContents(DockerEngine engine, Candidate candidate) {
        this.engine = engine;
        this.candidate = candidate;
        this.id = candidate.id(ImageStoreKind.CONTAINERD);
    }

    @Override
    public boolean nameIfWhole(List<ImageReference> names) {
        if (names.isEmpty()) {
            return whole();
        }
        // Naming by ID fails where there is no such image, and changes nothing where the name is right: no need to ask
        // first.
        return (engine.wasWhole(id) || whole()) && named(names);
    }

    @Override
    public Optional<Set<Digest>> missing() {
        Set<Digest> layers = candidate.layers().stream()
                .map(Layer::descriptor)
                .map(descriptor -> descriptor.digest())
                .collect(Collectors.toSet());
        try (EngineBlobs blobs = new EngineBlobs(engine)) {
            return blobs.missing(layers);
        }
    }

    @Override
    public boolean whole() {
        return engine.findImage(id.toString())
                .filter(image -> image.id().equals(id) && image.complete())
                .isPresent();
    }

    private boolean named(List<ImageReference> names) {
        try {
            names.forEach(name -> engine.tagImage(id, name));
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }
}
