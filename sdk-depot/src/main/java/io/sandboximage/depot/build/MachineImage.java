package io.sandboximage.depot.build;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.MediaTypes;
import java.util.List;
import java.util.function.Function;

/** What one of several machines made of its platforms. */
record MachineImage(MachineShare share, SolveResult result) {
    Descriptor root() {
        return result.descriptor()
                .orElseThrow(() -> new InvalidContentException(
                        "Depot's machine for " + share.machinePlatform() + " did not tell what image it made"));
    }

    /**
     * The entries for an index over all machines: those of the machine's own index, where it made one.
     *
     * @param place opens where the image lies now
     */
    List<Descriptor> entries(Function<Descriptor, ImageSource> place) {
        Descriptor root = root();
        if (!MediaTypes.isIndex(root.mediaType())) {
            return List.of(root.withPlatform(share.platform()));
        }
        try (ImageSource source = place.apply(root)) {
            return ImageIndex.parse(source.manifest(root), root.mediaType()).manifests();
        }
    }
}
