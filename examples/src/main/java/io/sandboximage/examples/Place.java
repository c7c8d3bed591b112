package io.sandboximage.examples;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.transport.ImageLocation;
import io.sandboximage.transport.Transports;
import java.util.Optional;

/**
 * Where an image is, by the transport names that skopeo's users know, for programs that bring a registry client of their own.
 *
 * @param text as the user wrote it
 * @param location what it means
 */
public record Place(String text, ImageLocation location) {
    private static final String REGISTRY = "docker";

    /** @throws io.sandboximage.error.InvalidRequestException if the text names no place */
    public static Place parse(String text) {
        return new Place(text, ImageLocation.parse(text));
    }

    /** Opens the image for reading; the caller closes it. */
    public ImageSource source(RegistryClient registries) {
        return Transports.standard(registries).parse(text).source();
    }

    /** Writes images here. */
    public ImageSink sink(RegistryClient registries, CopyOptions options) {
        return Transports.standard(registries).parse(text).sink(options);
    }

    /** The name in a registry, where it is in one. */
    public Optional<ImageReference> reference() {
        if (!location.transport().equals(REGISTRY)) {
            return Optional.empty();
        }
        String prefix = REGISTRY + "://";
        return Optional.of(ImageReference.parse(text.startsWith(prefix) ? text.substring(prefix.length()) : text));
    }

    @Override
    public String toString() {
        return text;
    }
}
