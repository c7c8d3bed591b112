package io.sandboximage.layout;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One image of the {@code manifest.json} that {@code docker save} writes.
 *
 * @param config path of the config inside the archive
 * @param tags full names with tags
 * @param layers paths of the layers, bottom first
 */
record DockerManifest(String config, List<String> tags, List<String> layers) {
    static final String FILE = "manifest.json";

    static List<DockerManifest> parse(byte[] bytes, String archive) {
        String what = FILE + " of " + archive;
        if (!(Json.parse(bytes, Manifest.MAX_BYTES, what) instanceof List<?> images)) {
            throw new InvalidContentException("The " + what + " is not a JSON array");
        }
        List<DockerManifest> all = new ArrayList<>();
        for (Object image : images) {
            if (!(image instanceof Map<?, ?>)) {
                throw new InvalidContentException("The " + what + " is not an array of objects");
            }
            JsonView view = new JsonView(Json.asObject(image), what);
            all.add(new DockerManifest(view.requireString("Config"), view.strings("RepoTags"), view.strings("Layers")));
        }
        return all;
    }

    byte[] toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("Config", config);
        json.put("RepoTags", tags);
        json.put("Layers", layers);
        return Json.write(List.of(json));
    }

    /** The chosen image among those of an archive; the errors list what there is. */
    static DockerManifest choose(List<DockerManifest> images, DockerArchive.Choice choice, String archive) {
        if (choice.position().isPresent()) {
            int position = choice.position().getAsInt();
            if (position >= images.size()) {
                throw new NotFoundException("There is no image @" + position + " in " + archive + "; it has "
                        + images.size() + ", counted from @0");
            }
            return images.get(position);
        }
        if (choice.reference().isPresent()) {
            String wanted = choice.reference().get().toString();
            return images.stream()
                    .filter(i -> i.tags.stream().anyMatch(t -> full(t).equals(wanted)))
                    .findFirst()
                    .orElseThrow(
                            () -> new NotFoundException(archive + " has no image " + wanted + "; " + listed(images)));
        }
        if (images.size() == 1) {
            return images.get(0);
        }
        if (images.isEmpty()) {
            throw new NotFoundException(archive + " holds no image");
        }
        throw new InvalidRequestException(archive + " holds " + images.size() + " images; " + listed(images)
                + ". Choose one by adding :NAME, or :@0 for the first");
    }

    private static String full(String tag) {
        try {
            return ImageReference.parse(tag).toString();
        } catch (InvalidRequestException e) {
            return tag;
        }
    }

    private static String listed(List<DockerManifest> images) {
        String names = images.stream().flatMap(i -> i.tags.stream()).collect(Collectors.joining(", "));
        return names.isEmpty() ? "none has a name" : "there are " + names;
    }
}
