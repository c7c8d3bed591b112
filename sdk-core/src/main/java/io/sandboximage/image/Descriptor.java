package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.JsonView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names a blob: what it is, its digest and its size (OCI image-spec, descriptor.md).
 *
 * @param mediaType type of the referenced content
 * @param digest digest of the referenced bytes
 * @param sizeBytes exact size of the referenced bytes
 * @param platform which platform the referenced manifest is for; only in indexes
 * @param annotations arbitrary metadata, in document order
 * @param urls alternative places to download from
 * @param artifactType type of the artifact, when the descriptor points to one
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long sizeBytes,
        Optional<Platform> platform,
        Map<String, String> annotations,
        List<String> urls,
        Optional<String> artifactType) {

    public Descriptor {
        if (sizeBytes < 0) {
            throw new InvalidContentException("The descriptor of " + digest + " has the negative size " + sizeBytes);
        }
        annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
        urls = List.copyOf(urls);
    }

    public static Descriptor of(String mediaType, Digest digest, long sizeBytes) {
        return new Descriptor(mediaType, digest, sizeBytes, Optional.empty(), Map.of(), List.of(), Optional.empty());
    }

    /** The descriptor of {@code content}, by sha256. */
    public static Descriptor of(String mediaType, byte[] content) {
        return of(mediaType, Digest.sha256(content), content.length);
    }

    public Descriptor withPlatform(Platform newPlatform) {
        return new Descriptor(mediaType, digest, sizeBytes, Optional.of(newPlatform), annotations, urls, artifactType);
    }

    public Descriptor withAnnotations(Map<String, String> newAnnotations) {
        return new Descriptor(mediaType, digest, sizeBytes, platform, newAnnotations, urls, artifactType);
    }

    static Descriptor fromJson(JsonView json) {
        return new Descriptor(
                json.requireString("mediaType"),
                Digest.parse(json.requireString("digest")),
                json.requireNumber("size"),
                json.object("platform").map(Platform::fromJson),
                json.stringMap("annotations"),
                json.strings("urls"),
                json.string("artifactType"));
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", mediaType);
        json.put("digest", digest.toString());
        json.put("size", sizeBytes);
        if (!urls.isEmpty()) {
            json.put("urls", urls);
        }
        if (!annotations.isEmpty()) {
            json.put("annotations", annotations);
        }
        platform.ifPresent(p -> json.put("platform", p.toJson()));
        artifactType.ifPresent(t -> json.put("artifactType", t));
        return json;
    }
}
