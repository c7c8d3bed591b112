package io.sandboximage.docker;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Layer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which strategies are worth a try for an image that the engine lacks, cheapest first. */
final class LoadPlan {
    private final DockerLoader loader;
    private final Candidate candidate;
    private final ImageStoreKind store;

    LoadPlan(DockerLoader loader, Candidate candidate, ImageStoreKind store) {
        this.loader = loader;
        this.candidate = candidate;
        this.store = store;
    }

    /** @param likely images in the engine that the new one probably shares layers with */
    List<Transfer> transfers(List<EngineImage> likely) {
        DockerEngine engine = loader.engine();
        Set<Digest> all = candidate.layers().stream()
                .map(layer -> layer.descriptor().digest())
                .collect(Collectors.toSet());
        List<Transfer> transfers = new ArrayList<>();
        if (loader.allows(LoadStrategy.DELTA_ARCHIVE)) {
            Optional<Set<Digest>> missing = missing(engine, candidate.layers(), likely);
            missing.filter(lacking -> lacking.size() < all.size())
                    .ifPresent(lacking -> transfers.add(new ArchiveTransfer(
                            engine,
                            candidate,
                            store,
                            lacking,
                            LoadStrategy.DELTA_ARCHIVE,
                            "the engine has " + (all.size() - lacking.size()) + " of " + all.size() + " layers")));
        }
        if (loader.allows(LoadStrategy.LOOPBACK_PULL) && mayShareLoopback(engine.host())) {
            transfers.add(new LoopbackTransfer(engine, candidate));
        }
        if (loader.allows(LoadStrategy.REGISTRY_PULL)) {
            loader.registry()
                    .ifPresent(registry ->
                            transfers.add(new RegistryTransfer(engine, candidate, registry, loader.credentials())));
        }
        if (loader.allows(LoadStrategy.FULL_ARCHIVE)) {
            transfers.add(new ArchiveTransfer(
                    engine, candidate, store, all, LoadStrategy.FULL_ARCHIVE, "it works with every engine"));
        }
        return transfers;
    }

    private Optional<Set<Digest>> missing(DockerEngine engine, List<Layer> layers, List<EngineImage> likely) {
        return store == ImageStoreKind.CLASSIC
                ? Optional.of(PresentLayers.missing(engine, layers, likely))
                : PresentBlobs.missing(engine, layers);
    }

    private static boolean mayShareLoopback(DockerHost host) {
        return host.unixSocket().isPresent()
                || host.authority().startsWith("localhost:")
                || host.authority().startsWith("127.")
                || host.authority().startsWith("[::1]");
    }
}
