package io.sandboximage.compose;

import static java.util.Objects.requireNonNull;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Images that other images of the project are built from. They go back to the daemon as OCI layouts, of which it asks only for
 * the manifest and the configuration while it still has the layers that it made; so the layers do not come here at all, unless
 * it turns out that it has lost them.
 */
final class BaseImages {
    private final BuildKitBuilder builder;
    private final Path layout;
    private final BlobDirectory blobs;
    private final Map<String, String> environment;
    private final Map<Digest, Base> bases = new ConcurrentHashMap<>();

    /**
     * @param layers those that are not in the layout
     * @param inherits images that it is built from itself
     */
    private record Base(ComposeTarget target, Map<String, Digest> inherits, Set<Digest> layers) {}

    BaseImages(BuildKitBuilder builder, Path layout, Map<String, String> environment) {
        this.builder = builder;
        this.layout = layout;
        this.blobs = new BlobDirectory(layout, "the images that other images are built from");
        this.environment = environment;
    }

    /**
     * Builds an image.
     *
     * @param inherits manifests of the images it is built from, by target
     * @param base whether others are built from it
     */
    ImageSource build(ComposeTarget target, Map<String, Digest> inherits, boolean base, ProgressTask task) {
        try {
            return buildOnce(target, inherits, base, task);
        } catch (SandboxImageException e) {
            if (inherits.values().stream().noneMatch(digest -> isLacking(digest, e))) {
                throw e;
            }
            Map<String, Digest> again = new LinkedHashMap<>(inherits);
            again.replaceAll((name, digest) -> isLacking(digest, e) ? fetched(digest, task) : digest);
            return buildOnce(target, again, base, task);
        }
    }

    private ImageSource buildOnce(ComposeTarget target, Map<String, Digest> inherits, boolean base, ProgressTask task) {
        if (!base) {
            return builder.inPlace().build(build(target, inherits), task);
        }
        // All of it comes here after all where the daemon does not hold it, or cannot be read from.
        ImageSource source = builder.layout(layout).inPlace().build(build(target, inherits), task);
        try {
            Set<Digest> layers = new LinkedHashSet<>();
            keep(source, source.descriptor(), layers);
            bases.put(source.descriptor().digest(), new Base(target, inherits, layers));
            return source;
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private DockerfileBuild build(ComposeTarget target, Map<String, Digest> inherits) {
        return target.build(
                (recipe, context, name) -> recipe.contextOfLayout(context, layout, requireNonNull(inherits.get(name))),
                environment);
    }

    /** Puts everything but the layers into the layout. */
    private void keep(ImageSource source, Descriptor descriptor, Set<Digest> layers) {
        byte[] document = source.manifest(descriptor);
        write(descriptor.digest(), document);
        if (MediaTypes.isIndex(descriptor.mediaType())) {
            ImageIndex.parse(document, descriptor.mediaType())
                    .manifests()
                    .forEach(entry -> keep(source, entry, layers));
            return;
        }
        Manifest manifest = Manifest.parse(document, descriptor.mediaType());
        try (InputStream config = source.openBlob(manifest.config())) {
            write(manifest.config().digest(), config.readAllBytes());
        } catch (IOException e) {
            throw AtomicFile.failed(blobs.path(manifest.config().digest()), e);
        }
        manifest.layers().stream()
                .map(Descriptor::digest)
                .filter(layer -> !Files.exists(blobs.path(layer)))
                .forEach(layers::add);
    }

    private void write(Digest digest, byte[] bytes) {
        if (!Files.exists(blobs.path(digest))) {
            AtomicFile.write(blobs.path(digest), bytes);
        }
    }

    /** Whether the failure names a layer of this base image. */
    private boolean isLacking(Digest digest, SandboxImageException failure) {
        Base base = bases.get(digest);
        String message = String.valueOf(failure.getMessage());
        return base != null && base.layers.stream().anyMatch(layer -> message.contains(layer.toString()));
    }

    /**
     * Builds a base image again, with its layers coming here.
     *
     * @return its manifest, which may be another one: not every recipe makes the same bytes twice
     */
    private Digest fetched(Digest digest, ProgressTask task) {
        Base base = requireNonNull(bases.get(digest));
        task.info("BuildKit has lost layers of " + base.target.name() + ", which is built again and given back to it");
        Map<String, Digest> inherits = new LinkedHashMap<>(base.inherits);
        inherits.replaceAll((name, other) -> fetched(other, task));
        try (ImageSource source = builder.layout(layout).build(build(base.target, inherits), task)) {
            return source.descriptor().digest();
        }
    }
}
