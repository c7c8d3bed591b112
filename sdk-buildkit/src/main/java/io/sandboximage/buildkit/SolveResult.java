package io.sandboximage.buildkit;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a build made.
 *
 * @param reference the build's id in the daemon's history
 * @param properties everything that the exporters answered, by the daemon's own names
 */
public record SolveResult(String reference, Map<String, String> properties) {
    private static final int MAX_DESCRIPTOR_BYTES = 64 * 1024;

    public SolveResult {
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /** Digest of the manifest or index, where an image was made. */
    public Optional<Digest> digest() {
        return Optional.ofNullable(properties.get("containerimage.digest")).map(Digest::parse);
    }

    /** Names the manifest or index, where an image was made and the daemon is not older than 0.10. */
    public Optional<Descriptor> descriptor() {
        return Optional.ofNullable(properties.get("containerimage.descriptor"))
                .map(base64 -> parse(Base64.getDecoder().decode(base64)));
    }

    /** Names the cache that was exported, to a registry or a directory. */
    Optional<Descriptor> cacheManifest() {
        return Optional.ofNullable(properties.get("cache.manifest"))
                .map(json -> parse(json.getBytes(StandardCharsets.UTF_8)));
    }

    private static Descriptor parse(byte[] bytes) {
        JsonView json = JsonView.parse(bytes, MAX_DESCRIPTOR_BYTES, "image descriptor");
        return Descriptor.of(
                json.requireString("mediaType"),
                Digest.parse(json.requireString("digest")),
                json.requireNumber("size"));
    }

    /** Digest of the image's config; only where one single image was made. */
    public Optional<Digest> configDigest() {
        return Optional.ofNullable(properties.get("containerimage.config.digest"))
                .map(Digest::parse);
    }
}
