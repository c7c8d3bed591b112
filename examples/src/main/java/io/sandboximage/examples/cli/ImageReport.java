package io.sandboximage.examples.cli;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code inspect} tells about an image. */
final class ImageReport {
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final List<List<String>> rows = new ArrayList<>();

    private ImageReport() {}

    /** @param wanted which image of an index; null for the one of this machine, which may be missing */
    static Report of(ImageSource source, @Nullable Platform wanted) {
        ImageReport report = new ImageReport();
        Descriptor root = source.descriptor();
        report.add("name", source.name());
        report.add("digest", root.digest().toString());
        report.add("mediaType", root.mediaType());
        if (MediaTypes.isIndex(root.mediaType())) {
            report.index(ImageIndex.parse(source.manifest(root), root.mediaType()));
        }
        report.select(source, root, wanted).ifPresent(report::image);
        return new Report(report.json, () -> Texts.table(report.rows));
    }

    private Optional<Image> select(ImageSource source, Descriptor root, @Nullable Platform wanted) {
        if (wanted != null) {
            return Optional.of(source.image(wanted));
        }
        if (!MediaTypes.isIndex(root.mediaType())) {
            return Optional.of(source.image(root));
        }
        try {
            return Optional.of(source.image(Platform.linuxOnThisMachine()));
        } catch (NotFoundException e) {
            return Optional.empty(); // The index alone was shown; --platform shows one of its images.
        }
    }

    private void index(ImageIndex index) {
        List<Object> manifests = new ArrayList<>();
        for (Descriptor manifest : index.manifests()) {
            Map<String, Object> entry = descriptor(manifest);
            String platform = manifest.platform().map(Platform::toString).orElse("");
            entry.put("platform", platform);
            manifests.add(entry);
            rows.add(List.of("manifest", manifest.digest() + "  " + platform));
        }
        json.put("manifests", manifests);
    }

    private void image(Image image) {
        ImageConfig config = image.config();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("manifest", descriptor(image.descriptor()));
        facts.put("platform", config.platform().toString());
        config.created().ifPresent(c -> facts.put("created", c.toString()));
        facts.put("config", config(image));
        List<Object> layers = new ArrayList<>();
        long size = 0;
        rows.add(List.of("image", image.descriptor().digest().toString()));
        rows.add(List.of("platform", config.platform().toString()));
        config.created().ifPresent(c -> rows.add(List.of("created", c.toString())));
        row("entrypoint", config.entrypoint());
        row("cmd", config.cmd());
        config.workingDir().ifPresent(d -> rows.add(List.of("workdir", Texts.printable(d))));
        config.user().ifPresent(u -> rows.add(List.of("user", Texts.printable(u))));
        config.env().forEach(e -> rows.add(List.of("env", Texts.printable(e))));
        config.labels().forEach((k, v) -> rows.add(List.of("label", Texts.printable(k + "=" + v))));
        for (Layer layer : image.layers()) {
            Map<String, Object> entry = descriptor(layer.descriptor());
            entry.put("diffId", layer.diffId().toString());
            layers.add(entry);
            size += layer.descriptor().sizeBytes();
            rows.add(List.of(
                    "layer",
                    layer.descriptor().digest() + "  "
                            + DataSize.ofBytes(layer.descriptor().sizeBytes())));
        }
        facts.put("layers", layers);
        facts.put("layersSizeBytes", size);
        rows.add(List.of("size", DataSize.ofBytes(size).toString()));
        json.put("image", facts);
    }

    private static Map<String, Object> config(Image image) {
        ImageConfig config = image.config();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("digest", image.manifest().config().digest().toString());
        json.put("entrypoint", config.entrypoint());
        json.put("cmd", config.cmd());
        json.put("env", config.env());
        config.workingDir().ifPresent(d -> json.put("workingDir", d));
        config.user().ifPresent(u -> json.put("user", u));
        json.put("labels", config.labels());
        return json;
    }

    private static Map<String, Object> descriptor(Descriptor descriptor) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest().toString());
        json.put("sizeBytes", descriptor.sizeBytes());
        return json;
    }

    private void add(String name, String value) {
        json.put(name, value);
        rows.add(List.of(name, value));
    }

    private void row(String name, List<String> words) {
        if (!words.isEmpty()) {
            rows.add(List.of(name, Texts.printable(words.toString())));
        }
    }
}
