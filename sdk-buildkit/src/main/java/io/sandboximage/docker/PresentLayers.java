package io.sandboximage.docker;

import io.sandboximage.error.CancelledException;
import io.sandboximage.image.ChainId;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Layer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which layers a classic store has. It knows a layer by its chain ID, so layers count only together with all below them, and
 * the images in the engine tell which there are.
 */
final class PresentLayers {
    /** Fewer missing bytes than this are sent sooner than more images are inspected. */
    private static final long NOT_WORTH_A_SEARCH = 64 * 1024;
    /** So many bytes are sent and unpacked in the time that it takes to inspect one more image. */
    private static final long BYTES_AN_INSPECTION = 256 * 1024;

    private final List<Layer> layers;
    private final Set<Digest> known = new HashSet<>();

    private PresentLayers(List<Layer> layers) {
        this.layers = layers;
    }

    /**
     * The blobs of the layers that the engine lacks.
     *
     * @param likely images that the new one probably shares layers with
     */
    static Set<Digest> missing(DockerEngine engine, List<Layer> layers, List<EngineImage> likely) {
        PresentLayers present = new PresentLayers(layers);
        Set<Digest> inspected = new HashSet<>();
        likely.forEach(image -> {
            inspected.add(image.id());
            present.add(image);
        });
        if (present.worthInspecting(1)) {
            List<Digest> others =
                    engine.imageIds().stream().filter(inspected::add).toList();
            for (int i = 0; i < others.size() && present.worthInspecting(others.size() - i); i++) {
                CancelledException.throwIfInterrupted("comparing layers with " + engine);
                // It may be removed at this moment.
                Optional<EngineImage> image = engine.findImage(others.get(i).toString());
                image.ifPresent(present::add);
            }
        }
        return present.missing();
    }

    private void add(EngineImage image) {
        known.addAll(ChainId.of(image.diffIds()));
    }

    private boolean worthInspecting(int images) {
        int present = presentFromBelow();
        long missing = layers.stream()
                .skip(present)
                .mapToLong(layer -> layer.descriptor().sizeBytes())
                .sum();
        // Once a relative is found, the others hardly know more of its layers than it does.
        return missing > (present == 0 ? NOT_WORTH_A_SEARCH : images * BYTES_AN_INSPECTION);
    }

    private int presentFromBelow() {
        int count = 0;
        while (count < layers.size() && known.contains(layers.get(count).chainId())) {
            count++;
        }
        return count;
    }

    private Set<Digest> missing() {
        Set<Digest> missing = new HashSet<>();
        layers.stream()
                .skip(presentFromBelow())
                .forEach(layer -> missing.add(layer.descriptor().digest()));
        return missing;
    }
}
