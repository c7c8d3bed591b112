package io.sandboximage;

import io.sandboximage.image.Digest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@link Snapshotter} made.
 *
 * @param kind for instance {@code ext4}
 * @param reference how to find it: a path, a name, an id
 * @param image digest of the manifest that it was made from
 * @param reused whether it was there already, unchanged
 * @param properties facts by kind, for instance {@code sizeBytes}; in a stable order
 */
public record Snapshot(
        String kind, String reference, Digest image, boolean reused, Map<String, String> properties, Duration took) {
    public Snapshot {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }
}
