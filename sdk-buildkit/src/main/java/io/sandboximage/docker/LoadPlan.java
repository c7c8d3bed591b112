package io.sandboximage.docker;

import io.sandboximage.image.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which strategies are worth a try for an image that the engine lacks, cheapest first. */
final class LoadPlan {
    private final DockerLoader loader;
    private final Candidate candidate;
    private final ImageStoreKind store;
    private final LoadLeftovers leftovers;

    LoadPlan(DockerLoader loader, Candidate candidate, ImageStoreKind store, LoadLeftovers leftovers) {
        this.loader = loader;
        this.candidate = candidate;
        this.store = store;
        this.leftovers = leftovers;
    }

    List<Transfer> transfers(EngineContents contents) {
        DockerEngine engine = loader.engine();
        Set<Digest> all = candidate.layerDigests();
        List<Transfer> transfers = new ArrayList<>();
        boolean docker = !engine.podman();
        if (docker && loader.allows(LoadStrategy.DELTA_ARCHIVE)) {
            contents.missing()
                    .filter(lacking -> lacking.size() < all.size())
                    .ifPresent(lacking -> transfers.add(archive(
                            lacking,
                            LoadStrategy.DELTA_ARCHIVE,
                            "the engine has " + (all.size() - lacking.size()) + " of " + all.size() + " layers")));
        }
        boolean readable = engine.info().readsZstd() || !candidate.hasZstd();
        if (docker && readable && loader.allows(LoadStrategy.LOOPBACK_PULL) && mayShareLoopback(engine.host())) {
            transfers.add(new LoopbackTransfer(engine, candidate));
        }
        if (readable && loader.allows(LoadStrategy.REGISTRY_PULL)) {
            loader.registry()
                    .ifPresent(registry ->
                            transfers.add(new RegistryTransfer(engine, candidate, registry, loader.credentials())));
        }
        if (loader.allows(LoadStrategy.FULL_ARCHIVE)) {
            transfers.add(archive(all, LoadStrategy.FULL_ARCHIVE, "it works with every engine"));
        }
        return transfers;
    }

    private Transfer archive(Set<Digest> missing, LoadStrategy strategy, String reason) {
        return new ArchiveTransfer(loader.engine(), candidate, store, missing, strategy, reason, leftovers);
    }

    private static boolean mayShareLoopback(DockerHost host) {
        return host.unixSocket().isPresent()
                || host.authority().startsWith("localhost:")
                || host.authority().startsWith("127.")
                || host.authority().startsWith("[::1]");
    }
}
