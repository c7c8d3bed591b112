package io.sandboximage.buildkit;

import io.sandboximage.error.InvalidRequestException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What users write after {@code --output}. */
final class ExportText {
    private static final String STANDARD_OUTPUT = "-";
    private static final String TYPES = "local, tar, oci, docker, image or registry";

    private ExportText() {}

    static BuildExport parse(String text, OutputStream standardOutput) {
        List<String> fields = OptionText.fields(text);
        if (fields.size() == 1 && !fields.get(0).startsWith("type=")) {
            String place = fields.get(0);
            if (place.isEmpty()) {
                throw new InvalidRequestException("The output is empty: write a folder, - or type=…");
            }
            return place.equals(STANDARD_OUTPUT)
                    ? new BuildExport("tar", Map.of(), new BuildExport.Target.Stream(standardOutput))
                    : BuildExport.directory(Path.of(place));
        }
        Map<String, String> attributes = new LinkedHashMap<>(OptionText.attributes(fields, text));
        String type = attributes.remove("type");
        if (type == null || type.isEmpty()) {
            throw new InvalidRequestException("The output \"" + text + "\" needs a type: " + TYPES);
        }
        return switch (type) {
            case "local" ->
                new BuildExport(type, attributes, new BuildExport.Target.Directory(folder(text, attributes)));
            case "tar", "oci", "docker" -> file(type, attributes, text, standardOutput);
            case "registry" -> {
                attributes.putIfAbsent("push", "true");
                yield placeless("image", attributes, text);
            }
            default -> placeless(type, attributes, text);
        };
    }

    private static BuildExport file(
            String type, Map<String, String> attributes, String text, OutputStream standardOutput) {
        String tar = attributes.get("tar");
        if (tar != null && !OptionText.bool(tar, "tar in \"" + text + "\"")) {
            return new BuildExport(
                    type, attributes, new BuildExport.Target.Layout(folder(text, attributes), Optional.empty()));
        }
        String place = Optional.ofNullable(attributes.remove("dest")).orElse("");
        return new BuildExport(
                type,
                attributes,
                place.isEmpty() || place.equals(STANDARD_OUTPUT)
                        ? new BuildExport.Target.Stream(standardOutput)
                        : new BuildExport.Target.File(Path.of(place)));
    }

    private static BuildExport placeless(String type, Map<String, String> attributes, String text) {
        if (attributes.containsKey("dest")) {
            throw new InvalidRequestException("The output \"" + text + "\" has a dest, but " + type
                    + " writes nothing here: it stays with the daemon or is pushed");
        }
        return new BuildExport(type, attributes, new BuildExport.Target.None());
    }

    private static Path folder(String text, Map<String, String> attributes) {
        String place = attributes.remove("dest");
        if (place == null || place.isEmpty() || place.equals(STANDARD_OUTPUT)) {
            throw new InvalidRequestException("The output \"" + text + "\" makes a folder: name it with dest=…");
        }
        return Path.of(place);
    }
}
