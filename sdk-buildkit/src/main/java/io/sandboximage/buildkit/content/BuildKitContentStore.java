package io.sandboximage.buildkit.content;

import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * An image in a daemon's content store, which keeps what it built until its garbage collection: copying from here moves only the
 * blobs that the other side lacks. Read soon after the build: the collector may take layers at any time, and layers of base
 * images that no step touched may never have been fetched; {@link #missing} tells. Thread-safe.
 */
public final class BuildKitContentStore implements ImageSource {
    private final BlobReader blobs;
    private final Descriptor root;

    private BuildKitContentStore(BlobReader blobs, Descriptor root) {
        this.blobs = blobs;
        this.root = root;
    }

    /** @param root manifest or index, as a build's result tells it */
    public static BuildKitContentStore of(BlobReader blobs, Descriptor root) {
        return new BuildKitContentStore(blobs, root);
    }

    @Override
    public String name() {
        return blobs.name() + "@" + root.digest();
    }

    @Override
    public Descriptor descriptor() {
        return root;
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        if (descriptor.sizeBytes() > Manifest.MAX_BYTES) {
            throw new InvalidContentException("The document " + descriptor.digest() + " of " + blobs.name() + " has "
                    + descriptor.sizeBytes() + " bytes, more than the " + Manifest.MAX_BYTES + " that are accepted");
        }
        try (InputStream in = openBlob(descriptor)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not read " + descriptor.digest() + " from " + blobs.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        OptionalLong size = blobs.size(descriptor.digest());
        if (size.isEmpty()) {
            throw new NotFoundException(blobs.name() + " does not have the blob " + descriptor.digest()
                    + ": its cache was pruned, or it is a layer of a base image that was never fetched. Build again,"
                    + " or export the image into an OCI layout, which always has all layers");
        }
        if (size.getAsLong() != descriptor.sizeBytes()) {
            throw new IntegrityException("The blob " + descriptor.digest() + " of " + blobs.name() + " has "
                    + size.getAsLong() + " bytes instead of " + descriptor.sizeBytes());
        }
        return new VerifyingInputStream(new ResumingBlob(blobs, descriptor), descriptor, blobs.name());
    }

    /**
     * The same image, reading what the store does not have from elsewhere.
     *
     * @param whole another place with the same image; opened when it is first needed, and closed with the image
     */
    public ImageSource orElse(Supplier<? extends ImageSource> whole) {
        return new FallbackImage(this, whole);
    }

    /** The manifests of the platforms of an index, in its order; empty where the root is one image. */
    public Map<Platform, Descriptor> platforms() {
        Map<Platform, Descriptor> platforms = new LinkedHashMap<>();
        if (MediaTypes.isIndex(root.mediaType())) {
            for (Descriptor entry :
                    ImageIndex.parse(manifest(root), root.mediaType()).manifests()) {
                // Attestations stand in the index as images for no platform.
                entry.platform()
                        .filter(platform -> !platform.os().equals("unknown"))
                        .ifPresent(platform -> platforms.putIfAbsent(platform, entry));
            }
        }
        return platforms;
    }

    /** The blobs of the image, of all its platforms, that the store does not have (any more). */
    public List<Descriptor> missing() {
        List<Descriptor> missing = new ArrayList<>();
        addMissing(root, missing);
        return missing;
    }

    private void addMissing(Descriptor descriptor, List<Descriptor> missing) {
        if (blobs.size(descriptor.digest()).isEmpty()) {
            missing.add(descriptor);
        } else if (MediaTypes.isIndex(descriptor.mediaType())) {
            ImageIndex.parse(manifest(descriptor), descriptor.mediaType())
                    .manifests()
                    .forEach(entry -> addMissing(entry, missing));
        } else if (MediaTypes.isManifest(descriptor.mediaType())) {
            Manifest manifest = Manifest.parse(manifest(descriptor), descriptor.mediaType());
            addMissing(manifest.config(), missing);
            manifest.layers().forEach(layer -> addMissing(layer, missing));
        }
    }
}
