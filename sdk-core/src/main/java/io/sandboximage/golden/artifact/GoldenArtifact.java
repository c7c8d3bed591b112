package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A golden cache as it lies in a registry: an OCI artifact (image-spec, manifest.md) whose config says what it is for, and whose
 * blobs are the parts of a Docker engine's data root.
 *
 * @param descriptor of the manifest
 * @param stores the engine's image stores that hold something: {@code overlay2}, {@code containerd}
 * @param images names and ids of the images in it
 * @param labels free facts, for instance which commit it was built of
 * @param created when the golden cache was published where it was made
 * @param parts the blobs, each with what it is in its annotations
 */
public record GoldenArtifact(
        Descriptor descriptor,
        List<String> stores,
        Map<String, String> images,
        Map<String, String> labels,
        Instant created,
        List<Descriptor> parts) {
    /** The artifact's type. */
    public static final String TYPE = "application/vnd.sandboximage.golden.v1";

    static final String CONFIG = "application/vnd.sandboximage.golden.config.v1+json";
    static final String TREE = "application/vnd.sandboximage.golden.tree.v1.tar+zstd";
    static final String REST = "application/vnd.sandboximage.golden.rest.v1.tar+zstd";
    static final String FILE = "application/vnd.sandboximage.golden.file.v1";

    private static final String PATH = "io.sandboximage.golden.path";
    private static final String CHAIN_ID = "io.sandboximage.golden.chain-id";
    private static final int MAX_CONFIG_BYTES = 1024 * 1024;

    public GoldenArtifact {
        stores = List.copyOf(stores);
        images = Map.copyOf(images);
        labels = Map.copyOf(labels);
        parts = List.copyOf(parts);
    }

    /** What all blobs have together, in bytes. */
    public long sizeBytes() {
        return parts.stream().mapToLong(Descriptor::sizeBytes).sum();
    }

    /** The config's bytes. */
    static byte[] config(List<String> stores, GoldenFacts facts) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("stores", stores);
        json.put("images", new java.util.TreeMap<>(facts.images()));
        json.put("labels", new java.util.TreeMap<>(facts.labels()));
        json.put("created", facts.created().toString());
        return Json.write(json);
    }

    static Manifest manifest(Descriptor config, List<Descriptor> parts) {
        return Manifest.create(config, parts, Map.of(), Optional.empty(), Optional.of(TYPE));
    }

    /**
     * @param origin where it comes from, for messages
     * @throws InvalidContentException if it is no golden cache
     */
    static GoldenArtifact of(Manifest manifest, byte[] config, String origin) {
        requireGolden(manifest, origin);
        JsonView json = JsonView.parse(config, MAX_CONFIG_BYTES, "config of " + origin);
        return new GoldenArtifact(
                manifest.descriptor(),
                json.strings("stores"),
                json.stringMap("images"),
                json.stringMap("labels"),
                Instant.parse(json.requireString("created")),
                manifest.layers());
    }

    static void requireGolden(Manifest manifest, String origin) {
        if (!manifest.artifactType().equals(Optional.of(TYPE))
                && !manifest.config().mediaType().equals(CONFIG)) {
            throw new InvalidContentException(origin + " is no golden cache: its artifact type is "
                    + manifest.artifactType().orElse("missing, as images have it")
                    + ". Give the name of what was pushed");
        }
        if (manifest.config().sizeBytes() > MAX_CONFIG_BYTES) {
            throw new InvalidContentException("The config of " + origin + " has "
                    + manifest.config().sizeBytes() + " bytes, more than" + " a golden cache's may have");
        }
    }

    static Descriptor describe(DataRootPart part, Descriptor blob) {
        Map<String, String> annotations = new LinkedHashMap<>();
        annotations.put(PATH, part.path());
        part.chainId().ifPresent(chain -> annotations.put(CHAIN_ID, chain));
        return Descriptor.of(part.kind().mediaType(), blob.digest(), blob.sizeBytes())
                .withAnnotations(annotations);
    }

    static DataRootPart part(Descriptor blob) {
        String path = blob.annotations().get(PATH);
        if (path == null) {
            throw new InvalidContentException("The blob " + blob.digest() + " of a golden cache does not say its path");
        }
        return new DataRootPart(
                DataRootPart.Kind.ofMediaType(blob.mediaType()),
                path,
                Optional.ofNullable(blob.annotations().get(CHAIN_ID)));
    }
}
