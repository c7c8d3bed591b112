package io.sandboximage.docker;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * containerd's store may have an image without all that it consists of, and adds up every layer to tell. What was seen whole once is
 * not asked about again: as long as the image is there the store keeps its blobs.
 */
final class ContainerdContents implements EngineContents {
    private final DockerEngine engine;
    private final Candidate candidate;
    private final Digest id;
    private final EngineBlobs blobs;

    ContainerdContents(DockerEngine engine, Candidate candidate) {
        this.engine = engine;
        this.candidate = candidate;
        this.id = candidate.id(ImageStoreKind.CONTAINERD);
        this.blobs = new EngineBlobs(engine);
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
        return blobs.missing(candidate.layerDigests());
    }

    @Override
    public boolean whole() {
        return engine.findImage(id.toString())
                .filter(image -> image.id().equals(id) && image.complete())
                .isPresent();
    }

    /** An inspection takes the engine longer than the rest of a load: it adds up the sizes of all layers twice. */
    @Override
    public boolean wholeAfter(Transfer.Sent sent) {
        if (!sent.unpacked()) {
            return whole();
        }
        Set<Digest> all = new LinkedHashSet<>(candidate.layerDigests());
        all.add(id);
        all.add(candidate.image().descriptor().digest());
        all.add(candidate.image().manifest().config().digest());
        Optional<Set<Digest>> missing = blobs.missing(all);
        if (missing.isEmpty()) {
            return whole();
        }
        boolean whole = missing.get().isEmpty();
        if (whole) {
            engine.rememberWhole(id);
        }
        return whole;
    }

    @Override
    public void close() {
        blobs.close();
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
