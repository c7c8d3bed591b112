package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.ContentDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One index over the images of several machines, which lie in the place already. */
final class IndexMerge {
    private final CredentialProvider credentials;

    IndexMerge(CredentialProvider credentials) {
        this.credentials = credentials;
    }

    /**
     * Writes the index beside the images: under each of the names in its registry, or into the layout.
     *
     * @return the index; empty where no images were made
     */
    Optional<Descriptor> merge(
            Map<Platform, SolveResult> results,
            List<String> names,
            Optional<BuildExport> export,
            ProgressTask progress) {
        if (export.isPresent() && export.get().target() instanceof BuildExport.Target.Layout layout) {
            try (ContentDestination place = OciLayout.destination(layout.path(), layout.tag())) {
                ImageIndex index = index(results);
                place.commit(index.descriptor(), index.bytes());
                return Optional.of(index.descriptor());
            }
        }
        if (names.isEmpty()) {
            return Optional.empty();
        }
        ImageIndex index = index(results);
        try (ProgressTask task = progress.child("pushing the index");
                RegistryClient registries =
                        RegistryClient.builder().credentials(credentials).build()) {
            for (String name : names) {
                try (ContentDestination place = registries.destination(ImageReference.parse(name), List.of())) {
                    place.commit(index.descriptor(), index.bytes());
                }
            }
            task.done();
        }
        return Optional.of(index.descriptor());
    }

    private static ImageIndex index(Map<Platform, SolveResult> results) {
        List<Descriptor> manifests = new ArrayList<>();
        results.forEach((platform, result) -> manifests.add(result.descriptor()
                .orElseThrow(() -> new InvalidContentException(
                        "Depot's machine for " + platform + " did not tell what image it made"))
                .withPlatform(platform)));
        return ImageIndex.create(manifests, Map.of());
    }
}
