package io.sandboximage.golden.artifact;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.golden.GoldenDraft;
import io.sandboximage.golden.GoldenGeneration;
import io.sandboximage.golden.GoldenStore;
import io.sandboximage.golden.GoldenView;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.Leftovers;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.ManifestContent;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.Repository;
import io.sandboximage.store.BlobCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pushes golden caches to registries and pulls them on other hosts. Each layer is a blob of its own, named by its content, so a push
 * sends only what the registry lacks and a pull fetches only what this host lacks; every blob is verified before it is used. A run
 * that was killed is continued by the next one. Thread-safe, and any number of processes may share the cache.
 *
 * <p>Needs GNU tar, and root to keep owners, devices and xattrs.
 */
public final class GoldenDistribution {
    private static final String PACKED = "packed";
    private static final String PARTIAL = "partial";
    private static final String SPOOL = "spool";
    private static final String ARTIFACT_LABEL = "golden.artifact";
    private static final long DEFAULT_CACHE_BYTES = 16L << 30;

    private final RegistryClient registries;
    private final Path folder;
    private final BlobCache cache;

    private GoldenDistribution(RegistryClient registries, Path folder, long cacheBytes) {
        this.registries = registries;
        this.folder = folder;
        this.cache = BlobCache.at(folder).maxBytes(cacheBytes);
    }

    /**
     * @param registries stays the caller's to close
     * @param cache folder of this host for pulled blobs and for what is known of packed layers; made when needed
     */
    public static GoldenDistribution with(RegistryClient registries, Path cache) {
        return new GoldenDistribution(registries, cache, DEFAULT_CACHE_BYTES);
    }

    /**
     * The same with another size of the cache, 16 GiB otherwise. Pulled blobs stay that long to serve other projects of this host;
     * those used longest ago go first.
     */
    public GoldenDistribution cacheBytes(long maxBytes) {
        return new GoldenDistribution(registries, folder, maxBytes);
    }

    /**
     * Pushes a data root that no engine runs on and nobody changes meanwhile.
     *
     * @param target its tag is set when everything is there
     * @throws InvalidRequestException if there is no tag, or no image in the data root
     */
    public PushReport push(Path dataRoot, GoldenFacts facts, ImageReference target, ProgressTask progress) {
        long start = System.nanoTime();
        String tag = target.tag()
                .orElseThrow(() -> new InvalidRequestException(
                        "Could not push a golden cache to " + target + ": give a tag, as in " + target + ":golden"));
        List<String> stores = DataRootLayout.stores(dataRoot);
        removeLeftovers();
        Repository repository = registries.repository(target);
        ArtifactPush push = new ArtifactPush(
                dataRoot, repository.blobs(), new PackedIndex(folder.resolve(PACKED)), folder.resolve(SPOOL), progress);
        List<Descriptor> parts = push.run();
        byte[] config = GoldenArtifact.config(stores, facts);
        Descriptor configBlob = Descriptor.of(GoldenArtifact.CONFIG, config);
        repository.blobs().upload(configBlob, config);
        Manifest manifest = GoldenArtifact.manifest(configBlob, parts);
        Descriptor pushed = repository.manifests().put(tag, manifest.mediaType(), manifest.bytes());
        return new PushReport(
                pushed, push.sent(), push.present(), push.bytes(), Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * Pushes a project's present generation.
     *
     * @throws NotFoundException if the project has none
     */
    public PushReport push(GoldenStore store, String project, ImageReference target, ProgressTask progress) {
        try (GoldenView view = store.viewCurrent(project)
                .orElseThrow(() -> new NotFoundException("The project " + project + " has no golden cache in "
                        + store.root() + " to push. Build one"))) {
            GoldenGeneration present = view.generation();
            Map<String, String> images = new LinkedHashMap<>();
            present.images()
                    .forEach(image -> images.put(image.name(), image.id().toString()));
            return push(
                    view.dataRoot(), new GoldenFacts(images, present.labels(), present.created()), target, progress);
        }
    }

    /**
     * Makes an artifact the present generation of a project. What the generation before it has already is not fetched, nor are layers that
     * another project of this store has, however it came by them; where the generation before is the artifact itself, nothing is done.
     *
     * @throws io.sandboximage.error.IntegrityException if a blob, or an image, is not what its digest says; the generation before it stays
     */
    public GoldenGeneration pull(GoldenStore store, String project, ImageReference reference, ProgressTask progress) {
        GoldenArtifact artifact = inspect(reference);
        String digest = artifact.descriptor().digest().toString();
        Optional<GoldenGeneration> present = store.current(project)
                .filter(generation -> digest.equals(generation.labels().get(ARTIFACT_LABEL)));
        if (present.isPresent()) {
            return present.get();
        }
        try (GoldenDraft draft = store.draftFromCurrent(project);
                HostLayers host = HostLayers.besides(project, store)) {
            ImageReference exact = reference.withDigest(artifact.descriptor().digest());
            PullReport report = pull(exact, draft.dataRoot(), host, progress);
            progress.info("kept " + report.keptParts() + " layers, fetched " + report.fetchedBytes() + " bytes");
            Map<String, String> labels = new LinkedHashMap<>(artifact.labels());
            labels.put(ARTIFACT_LABEL, digest);
            return draft.publish(labels);
        }
    }

    /**
     * Asks what an artifact holds; fetches nothing but manifest and config.
     *
     * @throws io.sandboximage.error.InvalidContentException if it is no golden cache
     */
    public GoldenArtifact inspect(ImageReference reference) {
        Repository repository = registries.repository(reference);
        ManifestContent content = repository.manifests().get(reference.manifestKey());
        Manifest manifest = Manifest.parse(content.bytes(), content.descriptor().mediaType());
        GoldenArtifact.requireGolden(manifest, reference.toString());
        try (InputStream config = repository.blobs().open(manifest.config())) {
            return GoldenArtifact.of(manifest, config.readAllBytes(), reference.toString());
        } catch (IOException e) {
            throw new UnavailableException("Could not read the config of " + reference + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a data root what the artifact says. Layers that it holds already stay; all else in it is replaced. Nothing is changed
     * before all blobs are on this host and verified; a failure after that leaves the data root unusable.
     *
     * @param dataRoot a directory that no engine runs on: empty, or the root of an earlier generation
     * @throws io.sandboximage.error.IntegrityException if a blob is not what its digest says
     */
    public PullReport pull(ImageReference reference, Path dataRoot, ProgressTask progress) {
        return pull(reference, dataRoot, HostLayers.none(), progress);
    }

    private PullReport pull(ImageReference reference, Path dataRoot, HostLayers host, ProgressTask progress) {
        long start = System.nanoTime();
        GoldenArtifact artifact = inspect(reference);
        BlobDownload download = new BlobDownload(
                registries.repository(reference).blobs(), cache, folder.resolve(PARTIAL), reference.toString());
        ArtifactPull pull =
                new ArtifactPull(dataRoot, download, cache, new PackedIndex(folder.resolve(PACKED)), host, progress);
        pull.run(artifact.parts());
        cache.trim();
        removeLeftovers();
        return new PullReport(
                artifact,
                pull.kept(),
                pull.cached(),
                pull.fetched(),
                pull.bytes(),
                Duration.ofNanos(System.nanoTime() - start));
    }

    private void removeLeftovers() {
        Leftovers.remove(folder.resolve(SPOOL));
        Leftovers.remove(folder.resolve(PACKED));
    }
}
