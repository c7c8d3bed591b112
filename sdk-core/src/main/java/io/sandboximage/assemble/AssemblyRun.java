package io.sandboximage.assemble;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of an assembly. */
final class AssemblyRun {
    private final @Nullable ImageSource base;
    private final Platform platform;
    private final List<LayerSpec> specs;
    private final List<Consumer<ConfigTree>> edits;
    private final ImageAssembly.Settings settings;
    private final ProgressTask progress;
    private final List<Descriptor> layers = new ArrayList<>();
    private final Set<Digest> ownLayers = new HashSet<>();
    private final Set<String> directories = new HashSet<>();

    AssemblyRun(
            @Nullable ImageSource base,
            Platform platform,
            List<LayerSpec> specs,
            List<Consumer<ConfigTree>> edits,
            ImageAssembly.Settings settings,
            ProgressTask progress) {
        this.base = base;
        this.platform = platform;
        this.specs = specs;
        this.edits = edits;
        this.settings = settings;
        this.progress = progress;
    }

    ImageSource run() {
        if (settings.cacheDirectory().isPresent()) {
            return assemble(settings.cacheDirectory().get(), () -> {});
        }
        TemporaryDirectory temporary = TemporaryDirectory.create("layers-");
        boolean done = false;
        try {
            ImageSource source = assemble(temporary.path(), temporary::close);
            done = true;
            return source;
        } finally {
            if (!done) {
                temporary.close();
            }
        }
    }

    private ImageSource assemble(Path directory, Runnable onClose) {
        ConfigTree config;
        if (base == null) {
            config = ConfigTree.of(platform);
        } else {
            Image image = base.image(platform);
            config = ConfigTree.of(image.config());
            image.manifest().layers().forEach(l -> layers.add(asOci(l)));
        }
        config.complete();
        config.created(settings.time());
        BlobDirectory blobs = new BlobDirectory(directory, directory.toString());
        for (int i = 0; i < specs.size(); i++) {
            LayerSpec spec = specs.get(i);
            try (ProgressTask task =
                    progress.child("layer " + (i + 1) + " of " + specs.size(), ProgressUnit.BYTES, -1)) {
                BuiltLayer layer = layer(spec, blobs, task);
                layers.add(layer.descriptor());
                ownLayers.add(layer.descriptor().digest());
                config.addLayer(layer.diffId(), spec.createdBy(), settings.time());
            }
        }
        edits.forEach(e -> e.accept(config));
        byte[] bytes = config.bytes();
        Manifest manifest =
                Manifest.create(Descriptor.of(MediaTypes.OCI_CONFIG, bytes), layers, settings.annotations());
        return new AssembledSource(manifest, bytes, ownLayers, blobs, base, onClose);
    }

    private BuiltLayer layer(LayerSpec spec, BlobDirectory blobs, ProgressTask task) {
        Instant scanned = Instant.now();
        EntryTree tree = spec.scan(task);
        if (base == null) {
            // Without a base nothing else says what the directories on the way look like.
            tree.addParents(directories);
            tree.entries().forEach((path, entry) -> {
                if (entry.isDirectory()) {
                    directories.add(path);
                }
            });
        }
        long mtime = spec.time().orElse(settings.time()).getEpochSecond();
        Compression compression = spec.compression().orElse(settings.compression());
        LayerMemory memory = new LayerMemory(blobs, spec, tree, mtime, compression);
        Optional<BuiltLayer> known = settings.alwaysRead() ? Optional.empty() : memory.recall();
        if (known.isPresent()) {
            task.cached("unchanged");
            return known.get();
        }
        task.total(tree.entries().values().stream()
                .mapToLong(LayerEntry::sizeBytes)
                .sum());
        BuiltLayer layer = LayerWriter.write(tree, mtime, compression, blobs, task);
        if (settings.cacheDirectory().isPresent()) {
            memory.remember(layer, tree, scanned);
        }
        task.done();
        return layer;
    }

    /** The base's layers under the names of the OCI specification, since the new manifest is of that kind. */
    private static Descriptor asOci(Descriptor layer) {
        String type =
                switch (layer.mediaType()) {
                    case MediaTypes.DOCKER_LAYER -> MediaTypes.OCI_LAYER;
                    case MediaTypes.DOCKER_LAYER_GZIP -> MediaTypes.OCI_LAYER_GZIP;
                    case MediaTypes.DOCKER_LAYER_ZSTD -> MediaTypes.OCI_LAYER_ZSTD;
                    default -> layer.mediaType();
                };
        return new Descriptor(
                type,
                layer.digest(),
                layer.sizeBytes(),
                layer.platform(),
                layer.annotations(),
                layer.urls(),
                layer.artifactType());
    }
}
