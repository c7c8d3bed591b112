package io.sandboximage.credentials;

import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sources of {@link CredentialProvider#fromEnvironment()}, in their order. */
final class EnvironmentCredentials implements CredentialProvider {
    private static final String REGISTRY = "SANDBOX_IMAGE_REGISTRY";
    private static final String USERNAME = "SANDBOX_IMAGE_REGISTRY_USERNAME";
    private static final String PASSWORD = "SANDBOX_IMAGE_REGISTRY_PASSWORD";
    private static final String DOCKER_AUTH_CONFIG = "DOCKER_AUTH_CONFIG";
    private static final String REGISTRY_AUTH_FILE = "REGISTRY_AUTH_FILE";

    private final Map<String, String> environment;
    private final Path home;

    EnvironmentCredentials(Map<String, String> environment, Path home) {
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    @Override
    public Optional<Credentials> find(String registryHost) {
        Optional<Credentials> found = fromVariables(registryHost);
        if (found.isPresent()) {
            return found;
        }
        Optional<String> inline = variable(DOCKER_AUTH_CONFIG);
        if (inline.isPresent()) {
            found = DockerConfig.parse(
                            inline.get().getBytes(StandardCharsets.UTF_8),
                            "variable " + DOCKER_AUTH_CONFIG,
                            environment)
                    .find(registryHost);
            if (found.isPresent()) {
                return found;
            }
        }
        for (Path file : files()) {
            found = file(file, environment).find(registryHost);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The provider that one file is; read at each search, so that a log-in meanwhile counts. */
    static CredentialProvider file(Path file, Map<String, String> environment) {
        return host -> {
            try {
                return DockerConfig.parse(Files.readAllBytes(file), "credentials file " + file, environment)
                        .find(host);
            } catch (NoSuchFileException e) {
                return Optional.empty();
            } catch (IOException e) {
                throw new InvalidRequestException(
                        "Could not read the credentials file " + file + ": " + e.getMessage(), e);
            }
        };
    }

    private Optional<Credentials> fromVariables(String registryHost) {
        Optional<String> registry = variable(REGISTRY);
        // Without a host the password would go to whichever registry is asked first.
        if (registry.isEmpty()
                || !RegistryHosts.normalise(registry.get()).equals(RegistryHosts.normalise(registryHost))) {
            return Optional.empty();
        }
        Optional<String> username = variable(USERNAME);
        Optional<String> password = variable(PASSWORD);
        if (username.isEmpty() || password.isEmpty()) {
            throw new InvalidRequestException(
                    REGISTRY + " is set, so " + USERNAME + " and " + PASSWORD + " must be set too");
        }
        return Optional.of(Credentials.basic(username.get(), password.get()));
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        Optional<String> authFile = variable(REGISTRY_AUTH_FILE);
        if (authFile.isPresent()) {
            Path file = Path.of(authFile.get());
            if (!Files.exists(file)) {
                throw new InvalidRequestException(
                        REGISTRY_AUTH_FILE + " names " + file + ", which does not exist: correct or unset it");
            }
            files.add(file);
        }
        files.add(variable("DOCKER_CONFIG")
                .map(Path::of)
                .orElse(home.resolve(".docker"))
                .resolve("config.json"));
        variable("XDG_RUNTIME_DIR").ifPresent(dir -> files.add(Path.of(dir, "containers", "auth.json")));
        files.add(variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .orElse(home.resolve(".config"))
                .resolve("containers")
                .resolve("auth.json"));
        return files;
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
