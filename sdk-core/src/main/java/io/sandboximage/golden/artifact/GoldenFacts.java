package io.sandboximage.golden.artifact;

import java.time.Instant;
import java.util.Map;

/**
 * What is told of a data root when it is pushed.
 *
 * @param images names and ids of the images in it
 * @param labels free facts
 * @param created when it was published
 */
public record GoldenFacts(Map<String, String> images, Map<String, String> labels, Instant created) {
    public GoldenFacts {
        images = Map.copyOf(images);
        labels = Map.copyOf(labels);
    }
}
