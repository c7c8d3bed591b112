package io.sandboximage.golden;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One published state of a project's engine data; it never changes. A value: holding it keeps nothing alive.
 *
 * @param id unique in the store; later ones sort after earlier ones
 * @param sizeBytes sum of the sizes of its files, shared layers counted in full
 * @param files number of files, folders and links
 * @param images sorted by name
 * @param labels what the publisher wanted to remember, for instance a commit
 * @param path its folder in the store; what is in it depends on the strategy, see {@link GoldenStore#view}
 */
public record GoldenGeneration(
        String project,
        String id,
        Instant created,
        GoldenStrategy strategy,
        long sizeBytes,
        long files,
        List<GoldenImage> images,
        Map<String, String> labels,
        Path path) {
    public GoldenGeneration {
        images = List.copyOf(images);
        labels = Map.copyOf(labels);
    }

    /** The image of exactly this name. */
    public Optional<GoldenImage> image(String name) {
        return images.stream().filter(image -> image.name().equals(name)).findFirst();
    }
}
