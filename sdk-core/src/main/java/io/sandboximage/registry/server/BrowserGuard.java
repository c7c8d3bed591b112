package io.sandboximage.registry.server;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keeps web pages out of a registry on loopback. A page can make its browser send requests here, from its own origin or, after
 * changing what its host name resolves to, in the disguise of one. Registry clients send neither an Origin nor a foreign Host.
 */
final class BrowserGuard {
    private static final Pattern LOCAL_HOST = Pattern.compile(
            "(?:localhost|[a-z0-9.-]+\\.localhost|127(?:\\.\\d{1,3}){3}|\\[::1]|host\\.docker\\.internal"
                    + "|host\\.containers\\.internal)(?::\\d{1,5})?");

    private BrowserGuard() {}

    static void check(Call call) {
        Optional<String> host = call.header("Host").map(h -> h.toLowerCase(Locale.ROOT));
        if (call.header("Origin").isPresent()
                || host.filter(h -> !LOCAL_HOST.matcher(h).matches()).isPresent()) {
            throw new RegistryException(
                    403,
                    RegistryException.DENIED,
                    "this registry answers clients on its own machine only, and no web pages");
        }
    }
}
