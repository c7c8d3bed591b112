package io.sandboximage.layout;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.util.Optional;

/** Finds the manifest that belongs to a config, below an index some of whose parts may be missing. */
final class ManifestSearch {
    private static final int MAX_DEPTH = 4;

    private ManifestSearch() {}

    /** The manifest with this config, if all that it names is there. */
    static Optional<Manifest> of(LayoutFiles files, ImageIndex index, Digest config) {
        return search(files, index, config, 0);
    }

    private static Optional<Manifest> search(LayoutFiles files, ImageIndex index, Digest config, int depth) {
        for (Descriptor entry : index.manifests()) {
            if (!files.has(entry) || depth == MAX_DEPTH) {
                continue;
            }
            Optional<Manifest> found = Optional.empty();
            if (MediaTypes.isIndex(entry.mediaType())) {
                ImageIndex inner = ImageIndex.parse(files.read(entry, Manifest.MAX_BYTES), entry.mediaType());
                found = search(files, inner, config, depth + 1);
            } else if (MediaTypes.isManifest(entry.mediaType())) {
                found = Optional.of(Manifest.parse(files.read(entry, Manifest.MAX_BYTES), entry.mediaType()))
                        .filter(m -> m.config().digest().equals(config))
                        .filter(m -> m.layers().stream().allMatch(files::has));
            }
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }
}
