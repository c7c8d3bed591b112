package io.sandboximage.docker;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.transport.TransportProvider;
import java.util.regex.Pattern;

/** {@code docker-daemon:NAME}: images in the engine that {@link DockerHost#discover()} finds, by skopeo's name for it. */
public final class DockerDaemonTransport implements TransportProvider {
    static final String NAME = "docker-daemon";

    private static final Pattern ID = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");

    /** For {@link java.util.ServiceLoader}. */
    public DockerDaemonTransport() {}

    @Override
    public String transport() {
        return NAME;
    }

    @Override
    public String syntax() {
        return "NAME[:TAG|@DIGEST]|sha256:ID";
    }

    @Override
    public ImageSource source(String rest) {
        String image = ID.matcher(rest).matches() ? rest : parse(rest).familiar();
        return new DockerDaemonSource(DockerEngine.local(), image, true);
    }

    @Override
    public ImageSink sink(String rest, CopyOptions options) {
        ImageReference reference = parse(rest);
        if (options.referrers() || options.keepIndex() || options.platforms().size() > 1) {
            throw new InvalidRequestException(
                    NAME + ":" + rest + " can hold one image for one platform, without index and"
                            + " referrers. Choose one platform, or none for the engine's own");
        }
        DockerLoader loader = DockerLoader.into(DockerEngine.local()).tag(reference.familiar());
        return new DockerSink(
                NAME + ":" + rest,
                options.platforms().stream().findFirst().map(loader::platform).orElse(loader));
    }

    private ImageReference parse(String rest) {
        if (rest.startsWith("//")) {
            throw new InvalidRequestException(
                    "\"" + NAME + ":" + rest + "\" is not valid: write " + NAME + ":" + syntax());
        }
        return ImageReference.parse(rest);
    }
}
