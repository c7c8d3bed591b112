package io.sandboximage.buildkit;

import io.sandboximage.image.Platform;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A worker of a daemon.
 *
 * @param labels as the daemon gives them; very old daemons give none
 * @param platforms that it can run, its own first
 */
public record BuildKitWorker(String id, Map<String, String> labels, List<Platform> platforms) {
    public BuildKitWorker {
        labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        platforms = List.copyOf(platforms);
    }
}
