package io.sandboximage.registryclient;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** An image of random layers in memory. */
final class TestImage implements ImageSource {
    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final Manifest manifest;

    /** The same seed and sizes give the same image. */
    TestImage(int seed, int... layerSizes) {
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < layerSizes.length; i++) {
            byte[] layer = new byte[layerSizes[i]];
            new Random(seed * 1000L + i).nextBytes(layer);
            layers.add(add(MediaTypes.OCI_LAYER, layer));
        }
        String diffIds = layers.stream().map(l -> "\"" + l.digest() + "\"").collect(Collectors.joining(","));
        Descriptor config = add(
                MediaTypes.OCI_CONFIG,
                ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds
                                + "]}}")
                        .getBytes(StandardCharsets.UTF_8));
        manifest = Manifest.create(config, layers, Map.of());
    }

    Manifest manifest() {
        return manifest;
    }

    byte[] bytes(Descriptor blob) {
        return blobs.get(blob.digest());
    }

    @Override
    public String name() {
        return "test image";
    }

    @Override
    public Descriptor descriptor() {
        return manifest.descriptor();
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return manifest.bytes();
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return new ByteArrayInputStream(bytes(descriptor));
    }

    private Descriptor add(String mediaType, byte[] bytes) {
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        blobs.put(descriptor.digest(), bytes);
        return descriptor;
    }
}
