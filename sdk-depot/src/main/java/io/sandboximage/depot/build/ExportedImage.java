package io.sandboximage.depot.build;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.ImageConfig;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** An image of a single platform that a machine made, by its documents. */
public record ExportedImage(Manifest manifest, ImageConfig config) {
    /** A JSON array in base64, of two documents in base64 each: digests are over their exact bytes. */
    static final String PROPERTY = "depot/images.exported";

    private static final String WHAT = "images that Depot's machine told of";
    private static final int MAX_BYTES = 64 * 1024 * 1024;

    static List<ExportedImage> of(SolveResult result) {
        String encoded = result.properties().getOrDefault(PROPERTY, "");
        if (encoded.isEmpty()) {
            return List.of();
        }
        try {
            Object tree = Json.parse(Base64.getDecoder().decode(encoded), MAX_BYTES, WHAT);
            List<ExportedImage> images = new ArrayList<>();
            for (Object entry : tree instanceof List<?> list ? list : List.of()) {
                JsonView image = JsonView.parse(Json.write(entry), MAX_BYTES, WHAT);
                images.add(new ExportedImage(
                        Manifest.parse(bytes(image, "manifest"), MediaTypes.OCI_MANIFEST),
                        ImageConfig.parse(bytes(image, "config"))));
            }
            return List.copyOf(images);
        } catch (IllegalArgumentException e) {
            throw new InvalidContentException("The " + WHAT + " are no base64", e);
        }
    }

    private static byte[] bytes(JsonView image, String member) {
        return Base64.getDecoder().decode(image.requireString(member));
    }

    Map<String, Object> manifestJson() {
        return Json.parseObject(manifest.bytes(), MAX_BYTES, WHAT);
    }

    Map<String, Object> configJson() {
        return Json.parseObject(config.bytes(), MAX_BYTES, WHAT);
    }
}
