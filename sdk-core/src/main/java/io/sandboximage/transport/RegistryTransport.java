package io.sandboximage.transport;

import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.image.ImageReference;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** {@code docker://NAME}: images in registries. The client is made when it is needed first; its idle connections end by themselves. */
final class RegistryTransport implements TransportProvider {
    static final String NAME = "docker";

    private final ReentrantLock making = new ReentrantLock();
    private @Nullable RegistryClient client;

    RegistryTransport() {
        this(null);
    }

    RegistryTransport(@Nullable RegistryClient client) {
        this.client = client;
    }

    @Override
    public String transport() {
        return NAME;
    }

    @Override
    public String syntax() {
        return "//NAME[:TAG|@DIGEST]";
    }

    @Override
    public ImageSource source(String rest) {
        return client().source(reference(rest));
    }

    @Override
    public ImageSink sink(String rest, CopyOptions options) {
        return client().sink(reference(rest), options);
    }

    /** A bare name in the form that the provider takes. */
    static String checked(String name) {
        ImageReference.parse(name);
        return "//" + name;
    }

    private static ImageReference reference(String rest) {
        return ImageReference.parse(rest.startsWith("//") ? rest.substring(2) : rest);
    }

    private RegistryClient client() {
        making.lock();
        try {
            RegistryClient known = client;
            if (known == null) {
                known = RegistryClient.fromEnvironment();
                client = known;
            }
            return known;
        } finally {
            making.unlock();
        }
    }
}
