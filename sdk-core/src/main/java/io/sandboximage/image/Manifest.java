package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The manifest of one image: its config and its layers, bottom first (OCI image-spec, manifest.md; Docker manifest
 * version 2, schema 2). It keeps the bytes that it was parsed from, so that unknown members survive and the digest holds.
 */
public final class Manifest {
    /** The size that registries commonly accept for a manifest: 4 MiB. */
    public static final int MAX_BYTES = 4 * 1024 * 1024;

    private final RawDocument raw;
    private final Descriptor config;
    private final List<Descriptor> layers;
    private final Optional<Descriptor> subject;
    private final Optional<String> artifactType;
    private final Map<String, String> annotations;

    private Manifest(RawDocument raw, JsonView json) {
        this.raw = raw;
        this.config = Descriptor.fromJson(json.requireObject("config"));
        this.layers = json.objects("layers").stream().map(Descriptor::fromJson).toList();
        this.subject = json.object("subject").map(Descriptor::fromJson);
        this.artifactType = json.string("artifactType");
        this.annotations = json.stringMap("annotations");
    }

    /**
     * @param mediaType the type that the far side gave; the document's own wins where it has one
     * @throws InvalidContentException if the bytes are no manifest of one image
     */
    public static Manifest parse(byte[] bytes, String mediaType) {
        Digest digest = Digest.sha256(bytes);
        JsonView json = JsonView.parse(bytes, MAX_BYTES, "manifest " + digest);
        String type = RawDocument.mediaType(json, mediaType, digest);
        if (!MediaTypes.isManifest(type)) {
            throw new InvalidContentException("The manifest " + digest + " has the media type \"" + type
                    + "\"; known are OCI manifests and Docker manifests of schema 2");
        }
        return new Manifest(new RawDocument(bytes.clone(), type), json);
    }

    /** A new OCI manifest; the bytes depend on nothing but the arguments. */
    public static Manifest create(Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {
        return create(config, layers, annotations, Optional.empty(), Optional.empty());
    }

    /** A new OCI manifest that may be an artifact with a type of its own and refer to a subject. */
    public static Manifest create(
            Descriptor config,
            List<Descriptor> layers,
            Map<String, String> annotations,
            Optional<Descriptor> subject,
            Optional<String> artifactType) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaTypes.OCI_MANIFEST);
        artifactType.ifPresent(t -> json.put("artifactType", t));
        json.put("config", config.toJson());
        json.put("layers", layers.stream().map(Descriptor::toJson).toList());
        subject.ifPresent(s -> json.put("subject", s.toJson()));
        if (!annotations.isEmpty()) {
            json.put("annotations", annotations);
        }
        return parse(Json.write(json), MediaTypes.OCI_MANIFEST);
    }

    public Descriptor config() {
        return config;
    }

    /** Bottom layer first. */
    public List<Descriptor> layers() {
        return layers;
    }

    /** The manifest that this one is about, for signatures, SBOMs and other referrers. */
    public Optional<Descriptor> subject() {
        return subject;
    }

    public Optional<String> artifactType() {
        return artifactType;
    }

    public Map<String, String> annotations() {
        return annotations;
    }

    public String mediaType() {
        return raw.mediaType();
    }

    /** A copy of the exact bytes. */
    public byte[] bytes() {
        return raw.bytes().clone();
    }

    /** Names this manifest by sha256. */
    public Descriptor descriptor() {
        return raw.descriptor();
    }
}
