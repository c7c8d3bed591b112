package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.internal.container.ContainerSpec;
import io.sandboximage.docker.internal.container.ContainerState;
import io.sandboximage.docker.internal.container.EngineContainers;
import io.sandboximage.error.AccessDeniedException;
import io.sandboximage.error.AuthenticationException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.json.JsonView;
import io.sandboximage.internal.tar.TarHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Services as containers of an engine. Their data is in named volumes, and their configuration is copied into them. */
final class ContainerHost implements ServiceHost {
    private static final String HOST_NETWORK = "host";
    private static final String EVERYWHERE = "0.0.0.0";
    private static final String LABEL = "io.sandboximage.shared";
    private static final String FINGERPRINT = LABEL + ".configuration";
    private static final String CONFIGURATION = "etc/sandbox-image";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TAIL_LINES = 20;

    private final SharedSettings settings;
    private final SharedSettings.Containers where;
    private final EngineContainers containers;

    ContainerHost(SharedSettings settings, SharedSettings.Containers where) {
        this.settings = settings;
        this.where = where;
        this.containers = new EngineContainers(where.engine());
    }

    @Override
    public String program(SharedService service) {
        return service == SharedService.BUILDKIT ? where.buildKitImage() : where.registryImage();
    }

    @Override
    public String configuration(SharedService service) {
        return "/" + CONFIGURATION;
    }

    @Override
    public String data(SharedService service) {
        return "/var/lib/" + service;
    }

    /** What is published is reached through the container's own address. */
    @Override
    public String listenAddress(SharedService service) {
        return published() ? EVERYWHERE : settings.endpoint(service).address();
    }

    /** A name may come to mean another image. */
    @Override
    public String place(SharedService service) {
        try (DockerEngine engine = DockerEngine.at(where.engine())) {
            return engine.image(program(service)).id() + " " + where.network() + " " + settings.buildKit() + " "
                    + settings.registry();
        }
    }

    /** The engine may run elsewhere: then its folder is not here, or at least not on its disk. */
    @Override
    public OptionalLong diskBytes() {
        if (where.engine().unixSocket().isEmpty()) {
            return OptionalLong.empty();
        }
        Path root = Path.of(containers.info().string("DockerRootDir").orElse("/nowhere"));
        try {
            return Files.isDirectory(root)
                    ? OptionalLong.of(Files.getFileStore(root).getTotalSpace())
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public ServiceState find(SharedService service) {
        return containers.find(name(service)).map(ContainerHost::state).orElse(ServiceState.ABSENT);
    }

    @Override
    public void start(ServicePlan plan) {
        SharedService service = plan.service();
        if (!containers.hasNetwork(where.network())) {
            throw new NotFoundException("Could not start the " + service + ": the Docker engine at " + where.engine()
                    + " has no network " + where.network() + ". docker network ls lists those that it has");
        }
        if (!published() && where.engine().unixSocket().isPresent()) {
            PortCheck.free(service, settings.endpoint(service));
        }
        String name = name(service);
        containers.remove(name);
        String id = containers.create(container(plan));
        try {
            containers.putArchive(id, "/", archive(plan.files()));
            containers.start(id, name);
        } catch (SandboxImageException e) {
            containers.remove(id);
            throw PortCheck.explained(e, service, settings.endpoint(service));
        }
    }

    @Override
    public void stop(SharedService service) {
        String name = name(service);
        if (containers.find(name).isPresent()) {
            containers.stop(name, PATIENCE);
            containers.remove(name);
        }
    }

    /** The registry is in the network of BuildKit's container, and that is another one after a restart. */
    @Override
    public boolean tied() {
        return published();
    }

    @Override
    public String logTail(SharedService service) {
        return containers.logTail(name(service), TAIL_LINES);
    }

    @Override
    public Optional<Long> registryBytes() {
        return containers.volumeSize(name(SharedService.REGISTRY));
    }

    @Override
    public Optional<BuildKitAddress> trustedAddress() {
        return remote()
                ? Optional.of(BuildKitAddress.dockerContainer(where.engine(), name(SharedService.BUILDKIT)))
                : Optional.empty();
    }

    @Override
    public Optional<Boolean> registryAnswers() {
        if (where.engine().unixSocket().isPresent() || !settings.registry().loopback()) {
            return Optional.empty();
        }
        try {
            containers.askRegistry(settings.registry().local() + "/nobody/nothing");
            return Optional.of(true);
        } catch (NotFoundException | AccessDeniedException | AuthenticationException answered) {
            return Optional.of(true);
        } catch (UnavailableException e) {
            return Optional.of(false);
        }
    }

    /** Docker trusts loopback without being told. */
    @Override
    public List<String> advice() {
        String registry = settings.registry().local();
        if (settings.registry().locallyLoopback() || trusted(registry)) {
            return List.of();
        }
        return List.of("The Docker engine at " + where.engine() + " refuses plain HTTP with " + registry
                + ": add {\"insecure-registries\": [\"" + registry
                + "\"]} to its daemon.json and restart it, or let the registry listen on 127.0.0.1");
    }

    @Override
    public void removeData() {
        for (SharedService service : SharedService.values()) {
            containers.removeVolume(name(service));
        }
    }

    @Override
    public void close() {
        containers.close();
    }

    private boolean published() {
        return !where.network().equals(HOST_NETWORK);
    }

    /** Whether BuildKit is out of reach but for the engine. */
    private boolean remote() {
        return where.engine().unixSocket().isEmpty() && settings.buildKit().loopback();
    }

    private String name(SharedService service) {
        return "sandbox-image-" + settings.name() + "-" + service;
    }

    private static ServiceState state(ContainerState container) {
        // An engine that starts it again and again calls it running in between.
        boolean running = container.running() && container.status().equals("running");
        return new ServiceState(
                running, container.labels().getOrDefault(FINGERPRINT, ""), running ? "" : container.ending());
    }

    private ContainerSpec container(ServicePlan plan) {
        SharedService service = plan.service();
        boolean builder = service == SharedService.BUILDKIT;
        List<ContainerSpec.Port> ports =
                published() && builder ? List.of(port(settings.buildKit()), port(settings.registry())) : List.of();
        return new ContainerSpec(
                plan.program(),
                name(service),
                plan.arguments(),
                Optional.empty(),
                Map.of("OTEL_TRACES_EXPORTER", "none"),
                Map.of(LABEL, settings.name(), FINGERPRINT, plan.fingerprint()),
                List.of(new ContainerSpec.Mount(true, name(service), data(service), false)),
                ports,
                builder,
                // One network for both, so that the registry has the same address for BuildKit as for the engine.
                published() && !builder ? "container:" + name(SharedService.BUILDKIT) : where.network(),
                "unless-stopped",
                "",
                "");
    }

    private static ContainerSpec.Port port(SharedSettings.Endpoint endpoint) {
        return new ContainerSpec.Port(endpoint.address(), endpoint.port(), endpoint.port());
    }

    private static byte[] archive(Map<String, String> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(TarHeader.directory(CONFIGURATION, 0).encode());
        files.forEach((name, text) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            tar.writeBytes(
                    TarHeader.file(CONFIGURATION + "/" + name, bytes.length, 0).encode());
            tar.writeBytes(bytes);
            tar.writeBytes(TarHeader.padding(bytes.length));
        });
        tar.writeBytes(TarHeader.end());
        return tar.toByteArray();
    }

    private boolean trusted(String registry) {
        return containers
                .info()
                .object("RegistryConfig")
                .flatMap(config -> config.object("IndexConfigs"))
                .flatMap(indexes -> indexes.object(registry))
                .flatMap((JsonView index) -> index.bool("Secure"))
                .map(secure -> !secure)
                .orElse(false);
    }
}
