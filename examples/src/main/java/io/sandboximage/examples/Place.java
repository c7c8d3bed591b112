package io.sandboximage.examples;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where an image is, by the transport names that skopeo's users know: {@code oci:DIR[:TAG]}, {@code oci-archive:FILE[:TAG]},
 * {@code docker-archive:FILE[:NAME]}, {@code docker://NAME}; a bare name is one in a registry.
 */
public sealed interface Place {
    /** Opens the image for reading; the caller closes it. */
    ImageSource source(RegistryClient registries);

    /** Writes images here. */
    ImageSink sink(RegistryClient registries, CopyOptions options);

    /** @throws InvalidRequestException if the text names no place */
    static Place parse(String text) {
        int colon = text.indexOf(':');
        String transport = colon < 0 ? "" : text.substring(0, colon);
        String rest = text.substring(colon + 1);
        return switch (transport) {
            case "oci" -> layout(rest);
            case "docker" -> {
                if (!rest.startsWith("//")) {
                    throw new InvalidRequestException(
                            "\"" + text + "\" is not a place: after docker: there must be //, as in docker://" + rest);
                }
                yield new InRegistry(ImageReference.parse(rest.substring(2)));
            }
            case "docker-daemon", "containers-storage", "dir" ->
                throw new InvalidRequestException("\"" + text
                        + "\": the transport " + transport
                        + " is not supported; there are oci:, oci-archive:, docker-archive:, docker:// and bare names");
            default -> new InRegistry(ImageReference.parse(text));
        };
    }

    private static Place layout(String rest) {
        int colon = rest.indexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
        if (path.isEmpty() || tag.filter(String::isEmpty).isPresent()) {
            throw new InvalidRequestException("\"oci:" + rest + "\" is not a place: write oci:DIR or oci:DIR:TAG");
        }
        return new InLayout(Path.of(path), tag);
    }

    /** An image in a registry. */
    record InRegistry(ImageReference reference) implements Place {
        @Override
        public ImageSource source(RegistryClient registries) {
            return registries.source(reference);
        }

        @Override
        public String toString() {
            return reference.toString();
        }

        @Override
        public ImageSink sink(RegistryClient registries, CopyOptions options) {
            return ImageCopier.sink(toString(), () -> registries.destination(reference, List.of()), options);
        }
    }

    /** An OCI image layout in a directory. */
    record InLayout(Path directory, Optional<String> tag) implements Place {
        @Override
        public ImageSource source(RegistryClient registries) {
            return tag.map(t -> OciLayout.source(directory, t)).orElseGet(() -> OciLayout.source(directory));
        }

        @Override
        public ImageSink sink(RegistryClient registries, CopyOptions options) {
            return ImageCopier.sink(toString(), () -> OciLayout.destination(directory, tag), options);
        }

        @Override
        public String toString() {
            return OciLayout.TRANSPORT + ":" + directory + tag.map(t -> ":" + t).orElse("");
        }
    }
}
