package io.sandboximage.docker;

import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A classic store has an image whole or not at all, and tells at once. */
final class ClassicContents implements EngineContents {
    private final DockerEngine engine;
    private final Candidate candidate;
    private final Digest id;
    /** Images that have the names now, and so probably share layers with the new one. */
    private final List<EngineImage> likely = new ArrayList<>();

    ClassicContents(DockerEngine engine, Candidate candidate) {
        this.engine = engine;
        this.candidate = candidate;
        this.id = candidate.id(ImageStoreKind.CLASSIC);
    }

    @Override
    public boolean nameIfWhole(List<ImageReference> names) {
        List<ImageReference> stale = new ArrayList<>();
        for (ImageReference name : names) {
            Optional<EngineImage> found = engine.findImage(name.familiar());
            if (found.filter(image -> image.id().equals(id)).isEmpty()) {
                found.ifPresent(likely::add);
                stale.add(name);
            }
        }
        // One inspection a name is all where they point to it: the time of an unchanged image is the engine's for
        // these.
        if (stale.size() == names.size() && !whole()) {
            return false;
        }
        try {
            stale.forEach(name -> engine.tagImage(id, name));
            return true;
        } catch (NotFoundException e) {
            return false; // It was removed at this moment.
        }
    }

    @Override
    public Optional<Set<Digest>> missing() {
        return Optional.of(PresentLayers.missing(engine, candidate.layers(), likely));
    }

    @Override
    public boolean whole() {
        return engine.findImage(id.toString())
                .filter(image -> image.id().equals(id))
                .isPresent();
    }
}
