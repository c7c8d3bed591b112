package io.sandboximage.transport;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.DockerArchive;
import io.sandboximage.layout.OciArchive;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.store.ContentDestination;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** The stores in local files, by skopeo's syntax: the first colon ends the path. */
enum LayoutTransports implements TransportProvider {
    OCI(OciLayout.TRANSPORT, "DIR[:TAG]") {
        @Override
        ImageSource open(Path path, Optional<String> tag) {
            return tag.map(t -> OciLayout.source(path, t)).orElseGet(() -> OciLayout.source(path));
        }

        @Override
        ImageSink write(Path path, Optional<String> tag, String name, CopyOptions options) {
            return copying(name, OciLayout::destination, path, tag, options);
        }
    },
    OCI_ARCHIVE(OciArchive.TRANSPORT, "FILE[:TAG]") {
        @Override
        ImageSource open(Path path, Optional<String> tag) {
            return tag.map(t -> OciArchive.source(path, t)).orElseGet(() -> OciArchive.source(path));
        }

        @Override
        ImageSink write(Path path, Optional<String> tag, String name, CopyOptions options) {
            return copying(name, OciArchive::destination, path, tag, options);
        }
    },
    DOCKER_ARCHIVE(DockerArchive.TRANSPORT, "FILE[:NAME]") {
        @Override
        ImageSource open(Path path, Optional<String> name) {
            if (name.isEmpty()) {
                return DockerArchive.source(path);
            }
            String text = name.get();
            if (text.startsWith("@")) {
                if (!POSITION.matcher(text).matches()) {
                    throw invalid(path + ":" + text);
                }
                return DockerArchive.source(path, Integer.parseInt(text.substring(1)));
            }
            return DockerArchive.source(path, ImageReference.parse(text));
        }

        @Override
        ImageSink write(Path path, Optional<String> reference, String name, CopyOptions options) {
            if (options.platforms().size() > 1 || options.referrers() || options.keepIndex()) {
                throw new InvalidRequestException(
                        name + " can hold one image for one platform, without index and referrers. Choose one"
                                + " platform, or write to oci-archive: instead");
            }
            Optional<Platform> platform = options.platforms().stream().findFirst();
            return DockerArchive.sink(path, reference.map(ImageReference::parse), platform);
        }
    };

    private static final Pattern POSITION = Pattern.compile("@[0-9]{1,6}");
    /** What the OCI image specification allows as {@code org.opencontainers.image.ref.name}. */
    private static final Pattern TAG = Pattern.compile(
            "[A-Za-z0-9]+(?:(?:--|[-._:@+])[A-Za-z0-9]+)*(?:/[A-Za-z0-9]+(?:(?:--|[-._:@+])[A-Za-z0-9]+)*)*");

    private final String transport;
    private final String syntax;

    LayoutTransports(String transport, String syntax) {
        this.transport = transport;
        this.syntax = syntax;
    }

    abstract ImageSource open(Path path, Optional<String> rest);

    abstract ImageSink write(Path path, Optional<String> rest, String name, CopyOptions options);

    @Override
    public String transport() {
        return transport;
    }

    @Override
    public String syntax() {
        return syntax;
    }

    @Override
    public ImageSource source(String rest) {
        return open(path(rest), afterColon(rest));
    }

    @Override
    public ImageSink sink(String rest, CopyOptions options) {
        return write(path(rest), afterColon(rest), transport + ":" + rest, options);
    }

    InvalidRequestException invalid(String rest) {
        return new InvalidRequestException(
                "\"" + transport + ":" + rest + "\" is not valid: write " + transport + ":" + syntax
                        + (this == DOCKER_ARCHIVE ? ", or " + transport + ":FILE:@N for the image at position N" : ""));
    }

    private Path path(String rest) {
        int colon = rest.indexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        if (path.isEmpty()) {
            throw invalid(rest);
        }
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new InvalidRequestException("\"" + path + "\" is not a path: " + e.getReason(), e);
        }
    }

    private Optional<String> afterColon(String rest) {
        int colon = rest.indexOf(':');
        if (colon < 0) {
            return Optional.empty();
        }
        String after = rest.substring(colon + 1);
        if (after.isEmpty() || (this != DOCKER_ARCHIVE && !TAG.matcher(after).matches())) {
            throw invalid(rest);
        }
        return Optional.of(after);
    }

    private static ImageSink copying(
            String name,
            BiFunction<Path, Optional<String>, ContentDestination> destination,
            Path path,
            Optional<String> tag,
            CopyOptions options) {
        return ImageCopier.sink(name, () -> destination.apply(path, tag), options);
    }
}
