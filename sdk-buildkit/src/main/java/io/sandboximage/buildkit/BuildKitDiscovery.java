package io.sandboximage.buildkit;

import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds a BuildKit as users of {@code buildctl} and {@code docker buildx} expect it. */
final class BuildKitDiscovery {
    private static final String DEFAULT = "default";
    private static final String DEFAULT_ENGINE = "unix:///var/run/docker.sock";
    private static final String CONTAINER_PREFIX = "buildx_buildkit_";
    private static final int MAX_CONFIG_BYTES = 4 * 1024 * 1024;

    private final DockerEnvironment environment;
    private final BuildxState buildx;

    BuildKitDiscovery(DockerEnvironment environment) {
        this.environment = environment;
        this.buildx = BuildxState.of(environment);
    }

    BuildKitAddress discover() {
        Optional<String> host = environment.variable("BUILDKIT_HOST");
        if (host.isPresent()) {
            return BuildKitAddressParser.parse(host.get(), environment).because("BUILDKIT_HOST is set");
        }
        Optional<String> named = environment.variable("BUILDX_BUILDER");
        if (named.isPresent()) {
            return named(named.get(), "BUILDX_BUILDER is " + named.get());
        }
        Optional<BuildxState.Builder> current = buildx.current(currentEngine());
        if (current.isPresent()) {
            return address(
                    current.get(),
                    "it is buildx's current builder \"" + current.get().name() + "\" in " + buildx.folder());
        }
        try {
            return BuildKitAddress.docker(DockerHost.discover(environment));
        } catch (UnavailableException e) {
            throw new UnavailableException(
                    "Found no BuildKit: BUILDKIT_HOST and BUILDX_BUILDER are not set, " + buildx.folder()
                            + " names no current builder of buildx, and there is no Docker engine: " + e.getMessage(),
                    e);
        }
    }

    private BuildKitAddress named(String name, String reason) {
        Optional<BuildxState.Builder> builder = buildx.builder(name);
        if (builder.isPresent()) {
            return address(builder.get(), reason);
        }
        // Every docker context is a builder too, by its name.
        try {
            return BuildKitAddress.docker(engine(name)).because(reason);
        } catch (NotFoundException e) {
            throw new NotFoundException(
                    "There is no builder \"" + name + "\", looked for because " + reason + ": neither "
                            + buildx.folder().resolve("instances")
                            + " nor docker's contexts have one of that name. List them with docker buildx ls",
                    e);
        }
    }

    private BuildKitAddress address(BuildxState.Builder builder, String reason) {
        return switch (builder.driver()) {
            case "docker" -> BuildKitAddress.docker(engine(builder.endpoint())).because(reason);
            case "docker-container" ->
                BuildKitAddress.dockerContainer(engine(builder.endpoint()), CONTAINER_PREFIX + builder.node())
                        .because(reason);
            case "remote" -> remote(builder).because(reason);
            default ->
                throw new InvalidRequestException("buildx's builder \"" + builder.name() + "\" has the driver \""
                        + builder.driver() + "\" in " + builder.file() + ", which this library does not have. It was"
                        + " chosen because " + reason
                        + ". Choose one with the driver docker, docker-container or remote, or set BUILDKIT_HOST");
        };
    }

    private BuildKitAddress remote(BuildxState.Builder builder) {
        BuildKitAddress address = BuildKitAddressParser.parse(builder.endpoint(), environment);
        @Nullable String authority = builder.options().get("cacert");
        @Nullable String certificate = builder.options().get("cert");
        @Nullable String key = builder.options().get("key");
        @Nullable String serverName = builder.options().get("servername");
        if (authority == null && certificate == null && key == null && serverName == null) {
            return address;
        }
        if (authority == null || (certificate == null) != (key == null)) {
            throw new InvalidRequestException("buildx's builder \"" + builder.name() + "\" in " + builder.file()
                    + " does not say enough for TLS: it needs cacert, and cert and key together or not at all");
        }
        BuildKitTls tls = BuildKitTls.trusting(read(authority));
        if (certificate != null && key != null) {
            tls = tls.identity(read(certificate), read(key));
        }
        return address.tls(serverName == null ? tls : tls.serverName(serverName));
    }

    /** Endpoints are addresses of engines or names of docker contexts. */
    private DockerHost engine(String endpoint) {
        if (endpoint.contains("://")) {
            // The same engine that the environment means may need what the environment says about TLS.
            return environment.variable("DOCKER_HOST").equals(Optional.of(endpoint))
                    ? DockerHost.discover(environment)
                    : DockerHost.parse(endpoint);
        }
        return endpoint.isEmpty() || endpoint.equals(DEFAULT)
                ? DockerHost.discover(environment)
                : DockerHost.context(endpoint, environment);
    }

    /** By what buildx remembers which builder is current: the docker context, or the address where it is the default one. */
    private String currentEngine() {
        Optional<String> address = environment.variable("DOCKER_HOST");
        if (address.isPresent()) {
            return address.get();
        }
        return environment
                .variable("DOCKER_CONTEXT")
                .or(this::configuredContext)
                .filter(context -> !context.equals(DEFAULT))
                .orElse(DEFAULT_ENGINE);
    }

    private Optional<String> configuredContext() {
        Path file = environment.dockerConfig().resolve("config.json");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return JsonView.parse(read(file.toString()), MAX_CONFIG_BYTES, file.toString())
                    .string("currentContext")
                    .filter(context -> !context.isEmpty());
        } catch (InvalidContentException e) {
            // Not chained: a parser may quote what it stumbled over, and this is a file of secrets.
            throw new InvalidRequestException(file + " is not valid JSON: correct or remove it");
        }
    }

    private static byte[] read(String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }
}
