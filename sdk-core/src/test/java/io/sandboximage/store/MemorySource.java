package io.sandboximage.store;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.VerifyingInputStream;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An image in memory that records which blobs were opened; tests fill it and may corrupt it. */
public final class MemorySource implements ImageSource {
    public final Map<Digest, byte[]> content = new LinkedHashMap<>();
    public final Map<Digest, List<Descriptor>> referrers = new LinkedHashMap<>();
    public final List<Digest> opened = new CopyOnWriteArrayList<>();
    /** Called with each blob that is about to be opened. */
    public Consumer<Descriptor> beforeOpen = blob -> {};

    public Descriptor root = Descriptor.of(MediaTypes.OCI_MANIFEST, new byte[0]);

    /** Adds a blob. */
    public Descriptor add(String mediaType, byte[] bytes) {
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        content.put(descriptor.digest(), bytes);
        return descriptor;
    }

    /** Adds an image whose layers are uncompressed blobs of arbitrary bytes, and makes it the root. */
    public Descriptor image(Platform platform, byte[]... layers) {
        List<Descriptor> descriptors = new ArrayList<>();
        StringBuilder diffIds = new StringBuilder();
        for (byte[] layer : layers) {
            Descriptor descriptor = add(MediaTypes.OCI_LAYER, layer);
            descriptors.add(descriptor);
            diffIds.append(diffIds.isEmpty() ? "" : ",")
                    .append('"')
                    .append(descriptor.digest())
                    .append('"');
        }
        Descriptor config = add(
                MediaTypes.OCI_CONFIG,
                ("{\"architecture\":\"" + platform.architecture() + "\",\"os\":\"" + platform.os()
                                + "\",\"x-unknown\":{\"kept\":1.50},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                                + diffIds + "]}}")
                        .getBytes(StandardCharsets.UTF_8));
        return manifest(Manifest.create(config, descriptors, Map.of()));
    }

    /** Adds a manifest and makes it the root. */
    public Descriptor manifest(Manifest manifest) {
        content.put(manifest.descriptor().digest(), manifest.bytes());
        root = manifest.descriptor();
        return root;
    }

    /** Adds an index and makes it the root. */
    public Descriptor index(Descriptor... manifests) {
        ImageIndex index = ImageIndex.create(List.of(manifests), Map.of());
        content.put(index.descriptor().digest(), index.bytes());
        root = index.descriptor();
        return root;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public Descriptor descriptor() {
        return root;
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return bytes(descriptor).clone();
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        beforeOpen.accept(descriptor);
        opened.add(descriptor.digest());
        return new VerifyingInputStream(new ByteArrayInputStream(bytes(descriptor)), descriptor, name());
    }

    @Override
    public List<Descriptor> referrers(Digest subject) {
        return referrers.getOrDefault(subject, List.of());
    }

    private byte[] bytes(Descriptor descriptor) {
        byte[] bytes = content.get(descriptor.digest());
        if (bytes == null) {
            throw new NotFoundException("memory lacks " + descriptor.digest());
        }
        return bytes;
    }
}
