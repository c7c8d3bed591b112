package io.sandboximage.credentials;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the credentials for a registry. Implementations are thread-safe; a search may read files and run helper programs, so
 * clients ask once and keep the answer.
 */
@FunctionalInterface
public interface CredentialProvider {
    /**
     * @param registryHost host with optional port as in an image reference; {@code docker.io} for Docker Hub
     * @return empty if this provider knows none
     * @throws io.sandboximage.error.SandboxImageException if there is a configuration but it cannot be used
     */
    Optional<Credentials> find(String registryHost);

    /** Knows none. */
    static CredentialProvider none() {
        return host -> Optional.empty();
    }

    /** One registry's credentials, given in the program. */
    static CredentialProvider of(String registryHost, Credentials credentials) {
        String wanted = RegistryHosts.normalise(registryHost);
        return host -> RegistryHosts.normalise(host).equals(wanted) ? Optional.of(credentials) : Optional.empty();
    }

    /** The first provider that knows some wins. */
    static CredentialProvider chain(List<CredentialProvider> providers) {
        List<CredentialProvider> all = List.copyOf(providers);
        return host -> all.stream().flatMap(p -> p.find(host).stream()).findFirst();
    }

    /** Asks {@code next} where this one knows none. */
    default CredentialProvider or(CredentialProvider next) {
        return chain(List.of(this, next));
    }

    /** One docker {@code config.json} or containers {@code auth.json}; a file that does not exist knows none. */
    static CredentialProvider dockerConfig(Path file) {
        return EnvironmentCredentials.file(file, System.getenv());
    }

    /**
     * What the environment of this process offers, read anew at each search: {@code SANDBOX_IMAGE_REGISTRY} with
     * {@code SANDBOX_IMAGE_REGISTRY_USERNAME} and {@code SANDBOX_IMAGE_REGISTRY_PASSWORD}; {@code DOCKER_AUTH_CONFIG} (the
     * JSON itself); {@code REGISTRY_AUTH_FILE}; docker's {@code config.json} in {@code DOCKER_CONFIG} or {@code ~/.docker};
     * podman's {@code containers/auth.json} in {@code XDG_RUNTIME_DIR} and {@code XDG_CONFIG_HOME} or {@code ~/.config}.
     */
    static CredentialProvider fromEnvironment() {
        return fromEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /** Like {@link #fromEnvironment()} with the variables and the home directory given. */
    static CredentialProvider fromEnvironment(Map<String, String> environment, Path home) {
        return new EnvironmentCredentials(environment, home);
    }
}
