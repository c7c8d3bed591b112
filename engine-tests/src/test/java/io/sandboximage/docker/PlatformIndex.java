package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** One image for each of several platforms, behind an index. */
final class PlatformIndex implements ImageSource {
    private final Map<Platform, ImageSource> images;
    private final byte[] index;

    PlatformIndex(Map<Platform, ImageSource> images) {
        this.images = new LinkedHashMap<>(images);
        String entries = images.entrySet().stream()
                .map(image ->
                        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}"
                                .formatted(
                                        image.getValue().descriptor().mediaType(),
                                        image.getValue().descriptor().digest(),
                                        image.getValue().descriptor().sizeBytes(),
                                        image.getKey().os(),
                                        image.getKey().architecture()))
                .collect(Collectors.joining(","));
        this.index = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":[" + entries
                        + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String name() {
        return "index";
    }

    @Override
    public Descriptor descriptor() {
        return Descriptor.of(MediaTypes.OCI_INDEX, index);
    }

    @Override
    public byte[] manifest(Descriptor descriptor) {
        return descriptor.digest().equals(descriptor().digest())
                ? index.clone()
                : images.values().stream()
                        .filter(image -> image.descriptor().digest().equals(descriptor.digest()))
                        .findFirst()
                        .orElseThrow()
                        .manifest(descriptor);
    }

    @Override
    public InputStream openBlob(Descriptor descriptor) {
        return images.values().stream()
                .filter(image -> image.image(image.descriptor()).manifest().layers().stream()
                                .anyMatch(layer -> layer.digest().equals(descriptor.digest()))
                        || LayeredImages.configDigest(image).equals(descriptor.digest()))
                .findFirst()
                .orElseThrow()
                .openBlob(descriptor);
    }
}
