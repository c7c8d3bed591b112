package io.sandboximage.docker;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.JsonView;
import java.util.List;

/**
 * An image in an engine.
 *
 * @param id digest of the config in a classic store, of the manifest or index in containerd's
 * @param tags names that point to it, as Docker shows them
 * @param repoDigests {@code repository@digest} names that point to it
 * @param diffIds digests of the uncompressed layers, bottom first
 * @param sizeBytes as the engine counts it
 * @param complete whether everything that it consists of is there and unpacked, as far as the engine tells
 */
public record EngineImage(
        Digest id,
        List<String> tags,
        List<String> repoDigests,
        Platform platform,
        List<Digest> diffIds,
        long sizeBytes,
        boolean complete) {
    private static final String IMAGE_KIND = "image";

    public EngineImage {
        tags = List.copyOf(tags);
        repoDigests = List.copyOf(repoDigests);
        diffIds = List.copyOf(diffIds);
    }

    /** @param json the answer to {@code images/{name}/json} */
    static EngineImage parse(JsonView json) {
        String variant = json.string("Variant").orElse("");
        String os = json.string("Os").filter(s -> !s.isEmpty()).orElse("unknown");
        String architecture =
                json.string("Architecture").filter(s -> !s.isEmpty()).orElse("unknown");
        return new EngineImage(
                Digest.parse(json.requireString("Id")),
                json.strings("RepoTags"),
                json.strings("RepoDigests"),
                variant.isEmpty() ? Platform.of(os, architecture) : Platform.of(os, architecture, variant),
                json.object("RootFS").map(root -> root.strings("Layers")).orElse(List.of()).stream()
                        .map(Digest::parse)
                        .toList(),
                json.number("Size").orElse(0L),
                isComplete(json));
    }

    /** containerd's store keeps images whose blobs lack, and such that could not be unpacked; only their manifests tell. */
    private static boolean isComplete(JsonView json) {
        List<JsonView> manifests = json.objects("Manifests").stream()
                .filter(manifest -> manifest.string("Kind").orElse("").equals(IMAGE_KIND))
                .toList();
        return manifests.isEmpty()
                || manifests.stream()
                        .anyMatch(manifest -> manifest.bool("Available").orElse(false)
                                && manifest.object("ImageData")
                                        .flatMap(data -> data.object("Size"))
                                        .flatMap(size -> size.number("Unpacked"))
                                        .map(bytes -> bytes > 0)
                                        .orElse(true));
    }
}
