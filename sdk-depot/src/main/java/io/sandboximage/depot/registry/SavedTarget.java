package io.sandboximage.depot.registry;

import io.sandboximage.image.ImageReference;
import java.util.List;
import java.util.Optional;

/**
 * One image to pull.
 *
 * @param target of a bake; empty for a build of one image
 * @param image where it is
 * @param tags names that the build gave it
 */
public record SavedTarget(Optional<String> target, ImageReference image, List<String> tags) {
    public SavedTarget {
        tags = List.copyOf(tags);
    }
}
