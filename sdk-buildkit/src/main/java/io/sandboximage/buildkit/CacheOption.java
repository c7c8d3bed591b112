package io.sandboximage.buildkit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A place to import build cache from or to export it to.
 *
 * @param type {@code registry}, {@code local}, {@code inline}, {@code gha}, {@code s3} or {@code azblob}
 * @param attributes as {@code docker buildx build --cache-from} and {@code --cache-to} take them
 */
public record CacheOption(String type, Map<String, String> attributes) {
    public CacheOption {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Attributes may hold tokens, so they do not show. */
    @Override
    public String toString() {
        return "CacheOption[" + type + "]";
    }
}
