package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
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

    /** The names that the image got, where the daemon tells them. */
    public List<String> imageNames() {
        String names = properties.getOrDefault("image.name", "");
        return names.isEmpty() ? List.of() : List.of(names.split(","));
    }

    /**
     * What {@code docker buildx build --metadata-file} holds: the properties, documents among them as JSON and not as text, and
     * {@code buildx.build.ref}. Members are text or JSON objects.
     */
    public Map<String, Object> metadata() {
        Map<String, Object> metadata = new TreeMap<>();
        properties.forEach((key, value) -> metadata.put(key, decoded(value)));
        metadata.put("buildx.build.ref", reference);
        return Collections.unmodifiableMap(metadata);
    }

    /** {@link #metadata} as a JSON document. */
    public byte[] metadataJson() {
        return Json.write(metadata());
    }

    private static Object decoded(String value) {
        try {
            Object document = Json.parse(Base64.getDecoder().decode(value), MAX_DESCRIPTOR_BYTES, "property");
            boolean object = document instanceof Map<?, ?> map && !map.isEmpty();
            boolean objects = document instanceof List<?> list
                    && !list.isEmpty()
                    && list.stream().allMatch(Map.class::isInstance);
            return document != null && (object || objects) ? document : value;
        } catch (IllegalArgumentException | InvalidContentException e) {
            return value; // Plain text, as most are.
        }
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
