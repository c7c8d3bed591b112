package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.engine.EngineBuildKit;
import io.sandboximage.buildkit.internal.engine.EngineDialer;
import io.sandboximage.buildkit.internal.engine.EngineExec;
import io.sandboximage.buildkit.internal.transport.ConnectingSocketFactory;
import io.sandboximage.buildkit.internal.transport.UnixSocket;
import io.sandboximage.docker.DockerEnvironment;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;

/** Where a BuildKit daemon is and how to get there. Immutable. */
public final class BuildKitAddress {
    static final int DEFAULT_PORT = 1234;
    private static final String GIVEN = "it was given";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private final String name;
    private final String authority;
    private final SocketFactory sockets;
    private final Optional<BuildKitTls> tls;
    private final Optional<Embedded> engine;
    private final String reason;
    private final boolean compressed;

    /** A Docker engine, and the BuildKit in it. */
    private record Embedded(DockerHost host, EngineBuildKit buildKit) {}

    private BuildKitAddress(
            String name,
            String authority,
            SocketFactory sockets,
            Optional<BuildKitTls> tls,
            Optional<Embedded> engine) {
        this(name, authority, sockets, tls, engine, GIVEN, false);
    }

    private BuildKitAddress(
            String name,
            String authority,
            SocketFactory sockets,
            Optional<BuildKitTls> tls,
            Optional<Embedded> engine,
            String reason,
            boolean compressed) {
        this.name = name;
        this.authority = authority;
        this.sockets = sockets;
        this.tls = tls;
        this.engine = engine;
        this.reason = reason;
        this.compressed = compressed;
    }

    /**
     * The BuildKit that {@code BUILDKIT_HOST} names, else buildx's current builder, else the one in the Docker engine that the
     * {@code docker} command would use. {@link #reason} says which it was.
     *
     * @throws InvalidRequestException if the environment or buildx names something that cannot be used
     * @throws io.sandboximage.error.UnavailableException if there is none; the message lists what was tried
     */
    public static BuildKitAddress auto() {
        return auto(DockerEnvironment.ofProcess());
    }

    /** The same for another environment. */
    public static BuildKitAddress auto(DockerEnvironment environment) {
        return new BuildKitDiscovery(environment).discover();
    }

    /**
     * Parses what users write in {@code BUILDKIT_HOST}, and more:
     *
     * <ul>
     *   <li>{@code unix:///run/buildkit/buildkitd.sock}
     *   <li>{@code tcp://host:port}, plain text until {@link #tls} is added
     *   <li>{@code docker://} for the Docker engine that the {@code docker} command would use, {@code docker://NAME} for that
     *       of a docker context, {@code docker:unix:///var/run/docker.sock} for one at an address
     *   <li>{@code docker-container://NAME} for a container of that Docker engine, with {@code ?context=NAME} for another
     * </ul>
     *
     * @throws InvalidRequestException for anything else
     */
    public static BuildKitAddress parse(String text) {
        return BuildKitAddressParser.parse(text, DockerEnvironment.ofProcess());
    }

    /** BuildKit inside a Docker engine. */
    public static BuildKitAddress docker(DockerHost host) {
        String name = BuildKitAddressParser.DOCKER + host.name();
        EngineBuildKit engine = new EngineBuildKit(name, host.authority(), dialer(host));
        return new BuildKitAddress(
                        name,
                        host.authority(),
                        new ConnectingSocketFactory(engine::dial),
                        Optional.empty(),
                        Optional.of(new Embedded(host, engine)))
                .because(host.reason());
    }

    /** BuildKit in a container of a Docker engine, where {@code buildctl} lies beside it. */
    public static BuildKitAddress dockerContainer(DockerHost host, String container) {
        if (!container.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new InvalidRequestException("\"" + container + "\" is not the name of a container");
        }
        String name = BuildKitAddressParser.DOCKER_CONTAINER + container;
        EngineExec exec = new EngineExec(name + " at " + host.name(), container, host.authority(), dialer(host));
        return new BuildKitAddress(
                name, "localhost", new ConnectingSocketFactory(exec::dial), Optional.empty(), Optional.empty());
    }

    public static BuildKitAddress unix(Path socket) {
        return new BuildKitAddress(
                "unix://" + socket,
                "localhost",
                new ConnectingSocketFactory(() -> UnixSocket.connect(socket)),
                Optional.empty(),
                Optional.empty());
    }

    /** Plain text: only for networks that are trusted; else add {@link #tls}. */
    public static BuildKitAddress tcp(String host, int port) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        return new BuildKitAddress(
                "tcp://" + host + ":" + port,
                host + ":" + port,
                new ConnectingSocketFactory(() -> connect(bare, port)),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Any other way, for instance through a tunnel.
     *
     * @param name for messages
     * @param authority the host that is asked for, and whose certificate is expected where there is TLS
     * @param sockets gives connected sockets that the daemon answers on, whatever address it is asked for
     */
    public static BuildKitAddress custom(String name, String authority, SocketFactory sockets) {
        return new BuildKitAddress(name, authority, sockets, Optional.empty(), Optional.empty());
    }

    /**
     * The same place, with TLS on the way.
     *
     * @throws InvalidRequestException for Docker engines and their containers, whose {@link DockerHost} has the TLS
     */
    public BuildKitAddress tls(BuildKitTls newTls) {
        if (name.startsWith(BuildKitAddressParser.DOCKER) || name.startsWith(BuildKitAddressParser.DOCKER_CONTAINER)) {
            throw new InvalidRequestException(
                    "TLS on the way to " + name + " is a matter of the Docker engine: give it to the DockerHost");
        }
        return new BuildKitAddress(name, authority, sockets, Optional.of(newTls), engine, reason, compressed);
    }

    /** The same place, with requests compressed by gzip on the way: for slow networks, and daemons that wish it. */
    public BuildKitAddress compressed() {
        return new BuildKitAddress(name, authority, sockets, tls, engine, reason, true);
    }

    boolean isCompressed() {
        return compressed;
    }

    BuildKitAddress because(String newReason) {
        return new BuildKitAddress(name, authority, sockets, tls, engine, newReason, compressed);
    }

    /** Why this one: completes the sentence "Chosen because …". */
    public String reason() {
        return reason;
    }

    /** The Docker engine, where BuildKit is a part of one. */
    Optional<EngineBuildKit> engine() {
        return engine.map(Embedded::buildKit);
    }

    Optional<DockerHost> engineHost() {
        return engine.map(Embedded::host);
    }

    /** For messages: why it was chosen belongs there where nobody gave it. */
    String description() {
        // Engines say that themselves.
        return reason.equals(GIVEN) || engine.isPresent() ? name : name + " (chosen because " + reason + ")";
    }

    SocketFactory sockets() {
        return sockets;
    }

    Optional<BuildKitTls> tls() {
        return tls;
    }

    String authority() {
        return tls.flatMap(BuildKitTls::serverName).orElse(authority);
    }

    /** As users write it. */
    @Override
    public String toString() {
        return name;
    }

    /** An engine that cannot be reached is an I/O failure to those who dial; its cause is what callers get. */
    private static EngineDialer dialer(DockerHost host) {
        return protocol -> {
            try {
                return host.connect(protocol);
            } catch (UnavailableException e) {
                throw new IOException(e.getMessage(), e);
            }
        };
    }

    private static Socket connect(String host, int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
