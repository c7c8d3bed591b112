package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tags and annotations: they belong to the build, and each exporter of images gets them. */
final class ImageNames {
    private static final Set<String> IMAGE_EXPORTERS = Set.of("image", "oci", "docker", "moby");

    private final Set<String> tags = new LinkedHashSet<>();
    private final List<Annotation> annotations = new ArrayList<>();

    void tag(String name) {
        ImageReference reference = ImageReference.parse(name);
        if (reference.digest().isPresent()) {
            throw new InvalidRequestException(
                    "\"" + name + "\" cannot be a tag: a digest names what exists, not what is to be built");
        }
        tags.add(name);
    }

    void annotate(Annotation annotation) {
        annotations.add(annotation);
    }

    BuildExport applyTo(BuildExport export) {
        if (!IMAGE_EXPORTERS.contains(export.type())) {
            return export;
        }
        BuildExport named = export;
        if (!tags.isEmpty()) {
            named = named.attribute("name", String.join(",", tags));
        } else if (pushes(export)
                && export.attributes().getOrDefault("name", "").isEmpty()) {
            throw new InvalidRequestException("An image that is pushed needs a tag: it says where to");
        }
        for (Annotation annotation : annotations) {
            named = named.attribute(annotation.attribute(), annotation.value());
        }
        return named;
    }

    private static boolean pushes(BuildExport export) {
        String push = export.attributes().get("push");
        return push != null && (push.isEmpty() || OptionText.bool(push, "push"));
    }
}
