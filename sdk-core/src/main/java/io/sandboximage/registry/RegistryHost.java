package io.sandboximage.registry;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.ImageReference;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Where the API of a registry is.
 *
 * @param name as in image references
 * @param url scheme, host and port
 */
record RegistryHost(String name, HttpUrl url) {
    private static final String DOCKER_HUB_API = "registry-1.docker.io";
    private static final Pattern NOTHING_BUT_HOST = Pattern.compile("[^/?#@\\s]+");
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]+)?", Pattern.CASE_INSENSITIVE);

    /** @param plainHttp whether to speak plain http with a host (and port) */
    static RegistryHost of(String registry, Predicate<String> plainHttp) {
        String host = registry.equals(ImageReference.DOCKER_HUB) ? DOCKER_HUB_API : registry;
        @Nullable HttpUrl url = HttpUrl.parse((plainHttp.test(registry) ? "http://" : "https://") + host);
        if (url == null || !NOTHING_BUT_HOST.matcher(host).matches()) {
            throw new InvalidRequestException("\"" + registry + "\" is not a registry: expected host or host:port");
        }
        return new RegistryHost(registry, url);
    }

    /** Whether the host is this machine by its very name: 127.0.0.0/8, ::1, localhost. */
    static boolean isLoopback(String registry) {
        return LOOPBACK.matcher(registry).matches();
    }
}
