package io.sandboximage.compose;

import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Digest;
import java.util.List;

/**
 * An image that a compose build made.
 *
 * @param target the service
 * @param tags the names that the image has in the engine
 * @param digest of the manifest or index
 * @param load how it came into the engine
 */
public record ComposeImage(String target, List<String> tags, Digest digest, LoadReport load) {
    public ComposeImage {
        tags = List.copyOf(tags);
    }

    /** The same image, of another service that shares it. */
    ComposeImage of(String service) {
        return new ComposeImage(service, tags, digest, load);
    }
}
