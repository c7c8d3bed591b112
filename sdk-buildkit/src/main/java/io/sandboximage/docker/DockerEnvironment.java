package io.sandboximage.docker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the search for an engine looks at.
 *
 * @param variables the environment
 * @param root where {@code /var/run} and {@code /run} lie
 */
public record DockerEnvironment(Map<String, String> variables, Path home, Path root) {
    public DockerEnvironment {
        variables = Map.copyOf(variables);
    }

    /** The environment and home of this process. */
    public static DockerEnvironment ofProcess() {
        return new DockerEnvironment(System.getenv(), Path.of(System.getProperty("user.home", "/")), Path.of("/"));
    }

    /** A variable that is set and not empty. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** Docker's own configuration directory. */
    public Path dockerConfig() {
        return variable("DOCKER_CONFIG").map(Path::of).orElseGet(() -> home.resolve(".docker"));
    }
}
