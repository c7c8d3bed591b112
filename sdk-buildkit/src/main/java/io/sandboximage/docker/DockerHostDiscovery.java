package io.sandboximage.docker;

import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the engine as the {@code docker} command does, then on the sockets of its relatives. */
final class DockerHostDiscovery {
    private static final String DEFAULT_CONTEXT = "default";

    private final DockerEnvironment environment;
    private final DockerContexts contexts;

    DockerHostDiscovery(DockerEnvironment environment) {
        this.environment = environment;
        this.contexts = new DockerContexts(environment.dockerConfig());
    }

    DockerHost discover() {
        Optional<String> variable = environment.variable("DOCKER_HOST");
        if (variable.isPresent()) {
            return fromVariable(variable.get());
        }
        Optional<String> named = environment.variable("DOCKER_CONTEXT");
        if (named.isPresent()) {
            return context(named.get(), "DOCKER_CONTEXT is " + named.get());
        }
        Optional<String> current = contexts.current();
        if (current.isPresent()) {
            return context(
                    current.get(),
                    "the current context in " + environment.dockerConfig().resolve("config.json") + " is "
                            + current.get());
        }
        return firstSocket();
    }

    DockerHost context(String name, String reason) {
        return name.equals(DEFAULT_CONTEXT) ? firstSocket() : contexts.host(name, reason);
    }

    private DockerHost fromVariable(String address) {
        boolean verified = environment.variable("DOCKER_TLS_VERIFY").isPresent();
        boolean secure = verified || environment.variable("DOCKER_TLS").isPresent();
        DockerHost host = DockerHost.parse(address, secure, "DOCKER_HOST is set");
        if (!secure || host.unixSocket().isPresent()) {
            return host;
        }
        Path certificates =
                environment.variable("DOCKER_CERT_PATH").map(Path::of).orElseGet(environment::dockerConfig);
        return host.tls(DockerTls.context(certificates, verified));
    }

    private DockerHost firstSocket() {
        List<String> tried = new ArrayList<>();
        for (DockerSockets candidate : DockerSockets.of(environment)) {
            DockerHost host = DockerHost.unix(candidate.path());
            try {
                host.dial().close();
                return host.because(candidate.engine() + " listens on it");
            } catch (IOException | UnsupportedOperationException e) {
                tried.add(candidate.path() + " (" + candidate.engine() + "): " + why(candidate.path(), e));
            }
        }
        throw new UnavailableException("Found no Docker engine. DOCKER_HOST and DOCKER_CONTEXT are not set, "
                + environment.dockerConfig().resolve("config.json")
                + " names no current context, and nobody answers at " + String.join("; ", tried)
                + ". Start an engine or set DOCKER_HOST");
    }

    private static String why(Path path, Exception e) {
        if (!Files.exists(path)) {
            return "not there";
        }
        return e instanceof IOException io ? AtomicFile.reason(io) : "no unix sockets on this system";
    }
}
