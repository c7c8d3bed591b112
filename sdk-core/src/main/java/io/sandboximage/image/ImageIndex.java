package io.sandboximage.image;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * An index of manifests, one a platform, with the bytes that it was parsed from (OCI image-spec, image-index.md; Docker
 * manifest list).
 */
public final class ImageIndex {
    private final RawDocument raw;
    private final List<Descriptor> manifests;
    private final Optional<Descriptor> subject;
    private final Optional<String> artifactType;
    private final Map<String, String> annotations;

    private ImageIndex(RawDocument raw, JsonView json) {
        this.raw = raw;
        this.manifests =
                json.objects("manifests").stream().map(Descriptor::fromJson).toList();
        this.subject = json.object("subject").map(Descriptor::fromJson);
        this.artifactType = json.string("artifactType");
        this.annotations = json.stringMap("annotations");
    }

    /**
     * @param mediaType the type that the far side gave; the document's own wins where it has one
     * @throws InvalidContentException if the bytes are no index
     */
    public static ImageIndex parse(byte[] bytes, String mediaType) {
        Digest digest = Digest.sha256(bytes);
        JsonView json = JsonView.parse(bytes, Manifest.MAX_BYTES, "index " + digest);
        String type = RawDocument.mediaType(json, mediaType, digest);
        if (!MediaTypes.isIndex(type)) {
            throw new InvalidContentException("The document " + digest + " has the media type \"" + type
                    + "\", which is neither an OCI index nor a Docker manifest list");
        }
        return new ImageIndex(new RawDocument(bytes.clone(), type), json);
    }

    /** A new OCI index; the bytes depend on nothing but the arguments. */
    public static ImageIndex create(List<Descriptor> manifests, Map<String, String> annotations) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("schemaVersion", 2);
        json.put("mediaType", MediaTypes.OCI_INDEX);
        json.put("manifests", manifests.stream().map(Descriptor::toJson).toList());
        if (!annotations.isEmpty()) {
            json.put("annotations", annotations);
        }
        return parse(Json.write(json), MediaTypes.OCI_INDEX);
    }

    public List<Descriptor> manifests() {
        return manifests;
    }

    /** The index with only the entries that {@code keep} accepts; whatever else the document says stays, also what is unknown here. */
    public ImageIndex retain(Predicate<Descriptor> keep) {
        List<Object> entries = rawEntries();
        List<Object> kept = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (keep.test(manifests.get(i))) {
                kept.add(entries.get(i));
            }
        }
        return kept.size() == entries.size() ? this : withEntries(kept);
    }

    /** The index with one more entry at its end; whatever else the document says stays. */
    public ImageIndex with(Descriptor added) {
        List<Object> entries = new ArrayList<>(rawEntries());
        entries.add(added.toJson());
        return withEntries(entries);
    }

    /** The manifest that this index is about, where it is a referrer. */
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

    public Descriptor descriptor() {
        return raw.descriptor();
    }

    /**
     * The entry that fits {@code wanted} best: the closest variant wins, then the earlier entry. Entries without platform
     * and attestation manifests ({@code unknown/unknown}) are never taken, except that an index with one single entry
     * without platform stands for it.
     *
     * @throws NotFoundException if none fits; the message lists the platforms that there are
     */
    public Descriptor select(Platform wanted) {
        Optional<Descriptor> best = manifests.stream()
                .filter(d -> d.platform().filter(wanted::accepts).isPresent())
                .max(Comparator.comparingInt(ImageIndex::variantLevel));
        if (best.isPresent()) {
            // max() keeps the last of equals; the specification wants the first.
            int level = variantLevel(best.get());
            return manifests.stream()
                    .filter(d -> d.platform().filter(wanted::accepts).isPresent() && variantLevel(d) == level)
                    .findFirst()
                    .orElseThrow();
        }
        if (manifests.size() == 1 && manifests.get(0).platform().isEmpty()) {
            return manifests.get(0);
        }
        String available = manifests.stream()
                .flatMap(d -> d.platform().stream())
                .filter(p -> !p.os().equals("unknown"))
                .map(Platform::toString)
                .distinct()
                .collect(Collectors.joining(", "));
        throw new NotFoundException("The image has no manifest for " + wanted + "; it has "
                + (available.isEmpty() ? "none with a platform" : available));
    }

    private Map<String, Object> rawMembers() {
        return Json.parseObject(raw.bytes(), Manifest.MAX_BYTES, "index");
    }

    private List<Object> rawEntries() {
        List<Object> entries = new ArrayList<>();
        if (rawMembers().get("manifests") instanceof List<?> list) {
            entries.addAll(list);
        }
        return entries;
    }

    private ImageIndex withEntries(List<Object> entries) {
        Map<String, Object> members = rawMembers();
        members.put("manifests", entries);
        return parse(Json.write(members), mediaType());
    }

    private static int variantLevel(Descriptor descriptor) {
        return descriptor.platform().map(Platform::variantLevel).orElse(0);
    }
}
