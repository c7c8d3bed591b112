package io.sandboximage.buildkit;

import io.sandboximage.buildkit.internal.engine.EngineBuildKit;
import io.sandboximage.buildkit.internal.engine.EngineDialer;
import io.sandboximage.buildkit.internal.transport.ConnectingSocketFactory;
import io.sandboximage.buildkit.internal.transport.UnixSocket;
import io.sandboximage.error.InvalidRequestException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.SocketFactory;

/** Where a BuildKit daemon is and how to get there. Immutable. */
public final class BuildKitAddress {
    private static final int DEFAULT_PORT = 1234;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private final String name;
    private final String authority;
    private final SocketFactory sockets;
    private final Optional<BuildKitTls> tls;
    private final Optional<EngineBuildKit> engine;

    private BuildKitAddress(
            String name,
            String authority,
            SocketFactory sockets,
            Optional<BuildKitTls> tls,
            Optional<EngineBuildKit> engine) {
        this.name = name;
        this.authority = authority;
        this.sockets = sockets;
        this.tls = tls;
        this.engine = engine;
    }

    /**
     * Parses what users write in {@code BUILDKIT_HOST}: {@code unix:///run/buildkit/buildkitd.sock} or
     * {@code tcp://host:port}.
     *
     * @throws InvalidRequestException for anything else
     */
    public static BuildKitAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new InvalidRequestException("\"" + text + "\" is not a BuildKit address: " + e.getReason(), e);
        }
        String path = uri.getPath();
        if ("unix".equals(uri.getScheme()) && uri.getAuthority() == null && path != null && path.startsWith("/")) {
            return unix(Path.of(path));
        }
        if ("tcp".equals(uri.getScheme()) && uri.getHost() != null) {
            return tcp(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        }
        throw new InvalidRequestException(
                "\"" + text + "\" is not a BuildKit address: write unix:///path/to/buildkitd.sock or tcp://host:port");
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

    /** The same place, with TLS on the way. */
    public BuildKitAddress tls(BuildKitTls newTls) {
        return new BuildKitAddress(name, authority, sockets, Optional.of(newTls), engine);
    }

    static BuildKitAddress engine(String name, String host, EngineDialer dialer) {
        EngineBuildKit engine = new EngineBuildKit(name, host, dialer);
        return new BuildKitAddress(
                name, host, new ConnectingSocketFactory(engine::dial), Optional.empty(), Optional.of(engine));
    }

    /** The Docker engine, where BuildKit is a part of one. */
    Optional<EngineBuildKit> engine() {
        return engine;
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
