package io.sandboximage.corpus;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.layout.OciLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What makes two images the same: the digest covers all of it; the rest shows where they part.
 *
 * @param configs one for each platform
 * @param layers digests of all layers of all platforms
 */
record ImageFacts(List<String> configs, List<String> layers, String digest) {
    /** The only image of a layout. */
    static ImageFacts of(Path layout) {
        try (ImageSource source = OciLayout.source(layout)) {
            Descriptor root = source.descriptor();
            List<Descriptor> manifests = MediaTypes.isIndex(root.mediaType())
                    ? ImageIndex.parse(source.manifest(root), root.mediaType()).manifests()
                    : List.of(root);
            List<String> configs = new ArrayList<>();
            List<String> layers = new ArrayList<>();
            for (Descriptor manifest : manifests) {
                Image image = source.image(manifest);
                configs.add(new String(image.config().bytes(), StandardCharsets.UTF_8));
                image.manifest().layers().forEach(layer -> layers.add(layer.digest() + " " + layer.sizeBytes()));
            }
            return new ImageFacts(configs, layers, root.digest().toString());
        }
    }
}
