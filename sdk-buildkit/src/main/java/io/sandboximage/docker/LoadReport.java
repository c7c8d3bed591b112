package io.sandboximage.docker;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import java.time.Duration;
import java.util.List;

/**
 * How an image came into an engine.
 *
 * @param id the image's ID in the engine, verified there
 * @param manifest of the platform that was loaded
 * @param tags the names that now point to it
 * @param strategy what worked
 * @param reason why this strategy: what the engine had, and why others before it failed
 * @param layersPresent layers that did not travel
 * @param bytesSent what this process sent; nothing of what the engine pulled elsewhere
 */
public record LoadReport(
        Digest id,
        Descriptor manifest,
        List<String> tags,
        LoadStrategy strategy,
        String reason,
        int layersSent,
        int layersPresent,
        long bytesSent,
        Timings timings) {
    public LoadReport {
        tags = List.copyOf(tags);
    }

    /**
     * Where the time went.
     *
     * @param comparison finding out what the engine has
     * @param transfer moving and unpacking, failed strategies included
     * @param naming verifying and setting names
     */
    public record Timings(Duration comparison, Duration transfer, Duration naming) {
        public Duration total() {
            return comparison.plus(transfer).plus(naming);
        }
    }
}
