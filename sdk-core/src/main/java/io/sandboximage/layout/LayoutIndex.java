package io.sandboximage.layout;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The {@code index.json} of a layout: which entry a tag names (OCI image-spec, image-layout.md, annotations.md). */
final class LayoutIndex {
    static final String TAG = "org.opencontainers.image.ref.name";
    /** The full name that BuildKit and Docker write next to the tag. */
    static final String FULL_NAME = "io.containerd.image.name";

    private final LayoutFiles files;
    private final String name;
    private final ImageIndex index;

    LayoutIndex(LayoutFiles files, String name) {
        this.files = files;
        this.name = name;
        this.index = ImageIndex.parse(files.index(), MediaTypes.OCI_INDEX);
    }

    ImageIndex index() {
        return index;
    }

    /** All tags, sorted. */
    List<String> tags() {
        return List.copyOf(index.manifests().stream()
                .flatMap(d -> Optional.ofNullable(d.annotations().get(TAG)).stream())
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /**
     * The root that a tag names, or the only image if no tag is given.
     *
     * @throws NotFoundException if there is none; the message lists the tags
     * @throws InvalidRequestException if there are several to choose from; the message lists the tags
     */
    Root resolve(Optional<String> tag) {
        List<Descriptor> fitting = index.manifests().stream()
                .filter(d -> tag.isEmpty() ? !isReferrer(d) : named(d, tag.get()))
                .toList();
        long different = fitting.stream().map(Descriptor::digest).distinct().count();
        if (different == 1) {
            return new Root(bare(fitting.get(0)), Optional.empty());
        }
        if (different == 0) {
            throw new NotFoundException(
                    name + " has no image" + tag.map(t -> " tagged " + t).orElse("") + "; " + listed());
        }
        if (isOneImage(fitting)) {
            ImageIndex joined = ImageIndex.create(
                    fitting.stream().map(d -> d.withAnnotations(Map.of())).toList(), Map.of());
            return new Root(joined.descriptor(), Optional.of(joined.bytes()));
        }
        throw new InvalidRequestException(name + " holds " + different + " images"
                + tag.map(t -> " tagged " + t).orElse("") + "; " + listed()
                + (tag.isEmpty() ? ". Choose one by adding :TAG" : ""));
    }

    /** Whether an entry is about another manifest rather than an image that somebody asks for. */
    boolean isReferrer(Descriptor entry) {
        if (entry.annotations().containsKey(TAG)) {
            return false;
        }
        return entry.artifactType().isPresent() || subject(entry).isPresent();
    }

    /** The manifest that an entry is about. */
    Optional<Descriptor> subject(Descriptor entry) {
        if (!files.has(entry)) {
            return Optional.empty();
        }
        if (MediaTypes.isManifest(entry.mediaType())) {
            return Manifest.parse(files.read(entry, Manifest.MAX_BYTES), entry.mediaType())
                    .subject();
        }
        return MediaTypes.isIndex(entry.mediaType())
                ? ImageIndex.parse(files.read(entry, Manifest.MAX_BYTES), entry.mediaType())
                        .subject()
                : Optional.empty();
    }

    static boolean named(Descriptor entry, String tag) {
        return tag.equals(entry.annotations().get(TAG))
                || tag.equals(entry.annotations().get(FULL_NAME));
    }

    /** Some tools list the platforms of one image side by side, all under the same tag or under none. */
    private static boolean isOneImage(List<Descriptor> entries) {
        long platforms =
                entries.stream().flatMap(d -> d.platform().stream()).distinct().count();
        long tags = entries.stream()
                .map(d -> d.annotations().getOrDefault(TAG, ""))
                .distinct()
                .count();
        return platforms == entries.size() && tags == 1;
    }

    private String listed() {
        List<String> tags = tags();
        return tags.isEmpty() ? "there are no tags" : "its tags are " + String.join(", ", tags);
    }

    private static Descriptor bare(Descriptor entry) {
        return Descriptor.of(entry.mediaType(), entry.digest(), entry.sizeBytes());
    }

    /** @param bytes of a root that is in no blob, because it was made up from several entries */
    record Root(Descriptor descriptor, Optional<byte[]> bytes) {}
}
