package io.sandboximage.examples.quickstart;

import io.sandboximage.image.Digest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the quickstart found.
 *
 * @param image digest of the image that was pulled
 * @param init whether the image carries an init, so that the file system boots
 * @param names how many names were compared
 * @param file the ext4 file; empty where it was removed at the end
 */
public record QuickstartResult(
        Digest image, boolean init, int names, long sizeBytes, Optional<Path> file, List<Step> steps) {
    public QuickstartResult {
        steps = List.copyOf(steps);
    }

    QuickstartResult withoutFile() {
        return new QuickstartResult(image, init, names, sizeBytes, Optional.empty(), steps);
    }
}
