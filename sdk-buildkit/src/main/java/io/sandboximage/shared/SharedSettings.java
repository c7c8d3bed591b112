package io.sandboximage.shared;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What a {@link SharedBuildKit} is to be; immutable, each step gives a new value. */
public final class SharedSettings {
    /** Of the shared BuildKit, unless told otherwise. */
    public static final int BUILDKIT_PORT = 8350;
    /** Of its registry, unless told otherwise. */
    public static final int REGISTRY_PORT = 8351;

    private static final String LOOPBACK = "127.0.0.1";
    private static final String NAME = "shared";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration CERTIFICATE_LIFETIME = Duration.ofDays(90);

    private final Optional<Containers> containers;
    private final Path directory;
    private final String name;
    private final Endpoint buildKit;
    private final Endpoint registry;
    private final Set<String> hosts;
    private final Set<String> plainRegistries;
    private final Optional<DiskLimits> limits;
    private final Duration startLimit;
    private final Duration certificateLifetime;
    private final Optional<Path> buildKitProgram;
    private final Optional<Path> registryProgram;

    /**
     * Where a service listens.
     *
     * @param address of the machine that it runs on
     */
    record Endpoint(String address, int port) {
        Endpoint {
            if (port < 1 || port > 65_535) {
                throw new InvalidRequestException(port + " is not a TCP port");
            }
            if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
                throw new InvalidRequestException("\"" + address + "\" is not an IPv4 address to listen on");
            }
        }

        boolean loopback() {
            return address.startsWith("127.");
        }

        /** Whether the machine itself finds it on loopback, which engines trust without being told. */
        boolean locallyLoopback() {
            return local().startsWith("127.");
        }

        /** As seen from the machine itself. */
        String local() {
            return (address.equals("0.0.0.0") ? LOOPBACK : address) + ":" + port;
        }
    }

    /**
     * An engine to run containers in.
     *
     * @param network the engine's machine's own, {@code host}, or another one that the ports are published from
     */
    record Containers(DockerHost engine, String buildKitImage, String registryImage, String network) {}

    private SharedSettings(Draft draft) {
        this.containers = draft.containers;
        this.directory = draft.directory;
        this.name = draft.name;
        this.buildKit = draft.buildKit;
        this.registry = draft.registry;
        this.hosts = Set.copyOf(draft.hosts);
        this.plainRegistries = Set.copyOf(draft.plainRegistries);
        this.limits = draft.limits;
        this.startLimit = draft.startLimit;
        this.certificateLifetime = draft.certificateLifetime;
        this.buildKitProgram = draft.buildKitProgram;
        this.registryProgram = draft.registryProgram;
    }

    /**
     * Containers of an engine, with named volumes for what they keep. They share the engine's machine's network, and listen on its
     * loopback interface; {@link #network} is for engines where that is out of reach, as in Docker Desktop's virtual machine. An
     * engine on another machine is reached through its API: BuildKit's image must have {@code buildctl} then.
     *
     * @param directory for certificates and the lock; who can read it can build
     * @param buildKitImage that the engine has, with the entry point {@code buildkitd}; {@code moby/buildkit} is one
     * @param registryImage that the engine has, with the entry point {@code registry}; {@code registry} is one
     */
    public static SharedSettings containers(
            DockerHost engine, Path directory, String buildKitImage, String registryImage) {
        Draft draft = new Draft(directory);
        draft.containers = Optional.of(new Containers(engine, buildKitImage, registryImage, "host"));
        return new SharedSettings(draft);
    }

    /**
     * Processes of this machine, which live on when this one ends. {@code buildkitd} needs root, and {@code runc}.
     *
     * @param directory for everything that they keep, certificates and logs
     */
    public static SharedSettings processes(Path directory) {
        return new SharedSettings(new Draft(directory));
    }

    /** Tells several on one engine apart; each needs its own directory and ports. */
    public SharedSettings name(String newName) {
        if (!newName.matches("[a-z0-9][a-z0-9-]{0,40}")) {
            throw new InvalidRequestException(
                    "\"" + newName + "\" is no name for a shared BuildKit: use small letters, digits and dashes");
        }
        return with(draft -> draft.name = newName);
    }

    /** Where BuildKit listens, with mutual TLS; {@code 0.0.0.0} for everywhere. */
    public SharedSettings listen(String address, int port) {
        Endpoint endpoint = new Endpoint(address, port);
        return with(draft -> draft.buildKit = endpoint);
    }

    /**
     * Where the registry listens. It asks nobody who he is: other addresses than loopback are for networks where everybody may
     * push and pull, and engines must be told to speak plain HTTP with it ({@link SharedStatus#advice}).
     */
    public SharedSettings registryListen(String address, int port) {
        Endpoint endpoint = new Endpoint(address, port);
        return with(draft -> draft.registry = endpoint);
    }

    /** More names and IPv4 addresses that clients call BuildKit by, for its certificate. */
    public SharedSettings hosts(String... more) {
        return with(draft -> draft.hosts.addAll(List.of(more)));
    }

    /** A registry, {@code host:port}, that BuildKit speaks plain HTTP with. */
    public SharedSettings plainRegistry(String host) {
        if (!host.matches("[A-Za-z0-9.-]+(:[0-9]+)?")) {
            throw new InvalidRequestException("\"" + host + "\" is not the host of a registry");
        }
        return with(draft -> draft.plainRegistries.add(host));
    }

    /**
     * The network of the engine whose ports are published; a matter of containers. Whatever else is in that network reaches the
     * registry, and so do the steps of builds.
     */
    public SharedSettings network(String network) {
        return with(draft -> draft.containers = Optional.of(draft.containers
                .map(c -> new Containers(c.engine(), c.buildKitImage(), c.registryImage(), network))
                .orElseThrow(
                        () -> new InvalidRequestException("Processes of this machine have no network of an engine"))));
    }

    /** Limits of the cache, in place of those that fit the disk. */
    public SharedSettings limits(DiskLimits newLimits) {
        return with(draft -> draft.limits = Optional.of(newLimits));
    }

    /** How long services may take until they answer; a minute unless set. */
    public SharedSettings startLimit(Duration limit) {
        return with(draft -> draft.startLimit = positive(limit));
    }

    /** Certificates are renewed when a third of this is left; 90 days unless set. */
    public SharedSettings certificateLifetime(Duration lifetime) {
        return with(draft -> draft.certificateLifetime = positive(lifetime));
    }

    /** The executables, where they are not on the path; a matter of processes. */
    public SharedSettings programs(Path buildkitd, Path registryServer) {
        return with(draft -> {
            draft.buildKitProgram = Optional.of(buildkitd);
            draft.registryProgram = Optional.of(registryServer);
        });
    }

    Optional<Containers> containers() {
        return containers;
    }

    Path directory() {
        return directory;
    }

    String name() {
        return name;
    }

    Endpoint buildKit() {
        return buildKit;
    }

    Endpoint registry() {
        return registry;
    }

    Endpoint endpoint(SharedService service) {
        return service == SharedService.BUILDKIT ? buildKit : registry;
    }

    /** The host that clients here find BuildKit at. */
    String clientHost() {
        Optional<DockerHost> remote = containers.map(Containers::engine).filter(engine -> engine.unixSocket()
                .isEmpty());
        if (remote.isPresent() && buildKit.address().equals("0.0.0.0")) {
            String authority = remote.get().authority();
            return authority.substring(0, authority.lastIndexOf(':'));
        }
        String local = buildKit.local();
        return local.substring(0, local.lastIndexOf(':'));
    }

    /** All that the certificate of the server is for. */
    List<String> serverHosts() {
        Set<String> all = new TreeSet<>(hosts);
        all.addAll(List.of("localhost", LOOPBACK, "::1"));
        all.add(clientHost());
        return List.copyOf(all);
    }

    Set<String> plainRegistries() {
        return new TreeSet<>(plainRegistries);
    }

    Optional<DiskLimits> limits() {
        return limits;
    }

    Duration startLimit() {
        return startLimit;
    }

    Duration certificateLifetime() {
        return certificateLifetime;
    }

    Optional<Path> buildKitProgram() {
        return buildKitProgram;
    }

    Optional<Path> registryProgram() {
        return registryProgram;
    }

    private SharedSettings with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return new SharedSettings(draft);
    }

    private static Duration positive(Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new InvalidRequestException("A limit of " + duration + " is none: it must be more than nothing");
        }
        return duration;
    }

    /** Settings that are being changed. */
    private static final class Draft {
        private final Path directory;
        private final Set<String> hosts = new TreeSet<>();
        private final Set<String> plainRegistries = new TreeSet<>();
        private Optional<Containers> containers = Optional.empty();
        private String name = NAME;
        private Endpoint buildKit = new Endpoint(LOOPBACK, BUILDKIT_PORT);
        private Endpoint registry = new Endpoint(LOOPBACK, REGISTRY_PORT);
        private Optional<DiskLimits> limits = Optional.empty();
        private Duration startLimit = START_LIMIT;
        private Duration certificateLifetime = CERTIFICATE_LIFETIME;
        private Optional<Path> buildKitProgram = Optional.empty();
        private Optional<Path> registryProgram = Optional.empty();

        Draft(Path directory) {
            this.directory = directory.toAbsolutePath().normalize();
        }

        Draft(SharedSettings settings) {
            this(settings.directory);
            hosts.addAll(settings.hosts);
            plainRegistries.addAll(settings.plainRegistries);
            containers = settings.containers;
            name = settings.name;
            buildKit = settings.buildKit;
            registry = settings.registry;
            limits = settings.limits;
            startLimit = settings.startLimit;
            certificateLifetime = settings.certificateLifetime;
            buildKitProgram = settings.buildKitProgram;
            registryProgram = settings.registryProgram;
        }
    }
}
