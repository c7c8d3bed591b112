package io.sandboximage.depot.registry;

import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.registry.Blobs;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.Repository;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small images with two layers, put into a registry as builds put them. */
public final class SavedSample {
    private SavedSample() {}

    /** An image of one platform. */
    public static Descriptor image(RegistryClient registries, ImageReference name) {
        Repository repository = registries.repository(name);
        Manifest manifest = manifest(repository.blobs(), name.toString(), Platform.LINUX_AMD64);
        repository.manifests().put(name.tag().orElseThrow(), MediaTypes.OCI_MANIFEST, manifest.bytes());
        return manifest.descriptor();
    }

    /** An index over two images. */
    public static Descriptor index(RegistryClient registries, ImageReference name) {
        Repository repository = registries.repository(name);
        List<Descriptor> manifests = new ArrayList<>();
        for (Platform platform : List.of(Platform.LINUX_AMD64, Platform.LINUX_ARM64)) {
            Manifest manifest = manifest(repository.blobs(), name.toString(), platform);
            repository
                    .manifests()
                    .put(manifest.descriptor().digest().toString(), MediaTypes.OCI_MANIFEST, manifest.bytes());
            manifests.add(manifest.descriptor().withPlatform(platform));
        }
        ImageIndex index = ImageIndex.create(manifests, Map.of());
        repository.manifests().put(name.tag().orElseThrow(), MediaTypes.OCI_INDEX, index.bytes());
        return index.descriptor();
    }

    private static Manifest manifest(Blobs blobs, String seed, Platform platform) {
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            layers.add(put(blobs, MediaTypes.OCI_LAYER, seed + platform + i));
        }
        String config = "{\"architecture\":\"" + platform.architecture()
                + "\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + layers.get(0).digest()
                + "\",\"" + layers.get(1).digest() + "\"]}}";
        return Manifest.create(put(blobs, MediaTypes.OCI_CONFIG, config), layers, Map.of());
    }

    private static Descriptor put(Blobs blobs, String type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Descriptor blob = Descriptor.of(type, bytes);
        blobs.upload(blob, bytes);
        return blob;
    }
}
