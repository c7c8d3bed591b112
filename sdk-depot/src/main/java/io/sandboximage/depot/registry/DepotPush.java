package io.sandboximage.depot.registry;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.ContentDestination;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pushes what a build saved to other registries, server to server: Depot's service copies the blobs, and only manifests pass
 * through here. For that the service is given leave to push to the one repository
 * ({@link io.sandboximage.registry.Repository#pushGrant()}). What it cannot copy goes through this machine, which progress tells.
 * Blobs that the destination has are not copied, so a push that broke off goes on when it is done again. Immutable, each step
 * gives a new value; thread-safe.
 */
public final class DepotPush {
    private static final URI BLOB_SERVICE = URI.create("https://blob.depot.dev");

    private final DepotAccess access;
    private final DepotCalls calls;
    private final SavedBuilds builds;
    private final RegistryClient destinations;
    private final Optional<String> target;
    private final CopyOptions options;
    private final URI blobService;

    private DepotPush(
            DepotAccess access,
            DepotCalls calls,
            SavedBuilds builds,
            RegistryClient destinations,
            Optional<String> target,
            CopyOptions options,
            URI blobService) {
        this.access = access;
        this.calls = calls;
        this.builds = builds;
        this.destinations = destinations;
        this.target = target;
        this.options = options;
        this.blobService = blobService;
    }

    static DepotPush of(DepotAccess access, DepotCalls calls, SavedBuilds builds, RegistryClient destinations) {
        return new DepotPush(access, calls, builds, destinations, Optional.empty(), CopyOptions.DEFAULT, BLOB_SERVICE);
    }

    /** The image of one target, where a bake saved several. */
    public DepotPush target(String name) {
        return new DepotPush(access, calls, builds, destinations, Optional.of(name), options, blobService);
    }

    /** How many blobs are copied at the same time, 1 to 64; four unless set. */
    public DepotPush parallelism(int blobsAtATime) {
        return new DepotPush(
                access, calls, builds, destinations, target, options.withParallelism(blobsAtATime), blobService);
    }

    /** Where blobs are copied, instead of Depot's own service. */
    public DepotPush blobService(URI address) {
        return new DepotPush(access, calls, builds, destinations, target, options, address);
    }

    /**
     * Pushes.
     *
     * @param tags names in other registries, one after the other
     * @return what was done for each: blobs that the service copied count as mounted, those that came through here as copied
     * @throws io.sandboximage.error.SandboxImageException the first failure; Depot is told of it
     */
    public List<Delivery> push(String buildId, List<ImageReference> tags, ProgressTask progress) {
        if (tags.isEmpty()) {
            throw new InvalidRequestException("Name the images that the build " + buildId + " is to be pushed as");
        }
        List<Delivery> done = new ArrayList<>();
        try (BlobService service = new BlobService(blobService, access)) {
            for (ImageReference tag : tags) {
                try (ProgressTask task = progress.child("pushing " + buildId + " as " + tag)) {
                    done.add(new PushReport(calls, buildId, tag.toString())
                            .run(() -> copy(buildId, tag, service, task)));
                    task.done();
                }
            }
        }
        return List.copyOf(done);
    }

    private Delivery copy(String buildId, ImageReference tag, BlobService service, ProgressTask progress) {
        PullAccess saved = builds.ofBuild(buildId);
        SavedTarget image = target.map(saved::target).orElseGet(saved::only);
        try (RegistryClient source =
                        RegistryClient.builder().credentials(saved.provider()).build();
                ImageSource from = source.source(image.image());
                ContentDestination to = new ServiceDestination(
                        destinations.destination(tag, List.of()),
                        new BlobCopies(service, buildId, tag, destinations.repository(tag), progress))) {
            return ImageCopier.copy(from, to, options, progress);
        }
    }
}
