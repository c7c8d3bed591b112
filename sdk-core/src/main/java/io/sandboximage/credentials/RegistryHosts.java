package io.sandboximage.credentials;

import java.util.Locale;
import java.util.Set;

/** The many names that configuration files give to one registry. */
final class RegistryHosts {
    /** Docker Hub's key in docker's configuration and credential stores. */
    static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private static final String DOCKER_HUB = "docker.io";
    private static final Set<String> DOCKER_HUB_ALIASES =
            Set.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.docker.io");

    private RegistryHosts() {}

    /**
     * The host of a key, in lower case: without scheme, and without the path that docker's older versions wrote. A path after a
     * bare host stays: podman means a namespace by it, which is not for the whole registry.
     */
    static String normalise(String key) {
        String host = key.strip().toLowerCase(Locale.ROOT);
        int scheme = host.indexOf("://");
        if (scheme >= 0) {
            host = host.substring(scheme + 3);
            int slash = host.indexOf('/');
            host = slash < 0 ? host : host.substring(0, slash);
        } else {
            host = host.replaceFirst("/(v[12]/?)?$", "");
        }
        return DOCKER_HUB_ALIASES.contains(host) ? DOCKER_HUB : host;
    }

    /** The key that credential stores have for a registry. */
    static String storeKey(String registryHost) {
        String host = normalise(registryHost);
        return host.equals(DOCKER_HUB) ? DOCKER_HUB_KEY : host;
    }
}
