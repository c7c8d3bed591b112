package io.sandboximage.depot.build;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.ImageReference;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.ContentDestination;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One index over the images of several machines, which lie in the place already. */
final class IndexMerge {
    private final CredentialProvider credentials;
    private final List<MachineImage> images;

    IndexMerge(CredentialProvider credentials, List<MachineImage> images) {
        this.credentials = credentials;
        this.images = images;
    }

    /**
     * Writes the index beside the images: under each of the names in its registry, or into the layout.
     *
     * @return the index; empty where no images were made
     */
    Optional<Descriptor> write(List<String> names, Optional<BuildExport> export, ProgressTask progress) {
        if (export.isPresent() && export.get().target() instanceof BuildExport.Target.Layout layout) {
            ImageIndex index = index(root -> OciLayout.source(layout.path(), root));
            commit(OciLayout.destination(layout.path(), layout.tag()), index);
            return Optional.of(index.descriptor());
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(push(names, progress));
    }

    private Descriptor push(List<String> names, ProgressTask progress) {
        try (ProgressTask task = progress.child("pushing the index");
                RegistryClient registries =
                        RegistryClient.builder().credentials(credentials).build()) {
            ImageReference first = ImageReference.parse(names.get(0));
            ImageIndex index = index(root -> registries.source(first.withDigest(root.digest())));
            for (String name : names) {
                commit(registries.destination(ImageReference.parse(name), List.of()), index);
            }
            task.done();
            return index.descriptor();
        }
    }

    private static void commit(ContentDestination destination, ImageIndex index) {
        try (destination) {
            destination.commit(index.descriptor(), index.bytes());
        }
    }

    private ImageIndex index(Function<Descriptor, ImageSource> place) {
        return ImageIndex.create(
                images.stream().flatMap(image -> image.entries(place).stream()).toList(), Map.of());
    }
}
