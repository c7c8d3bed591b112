package io.sandboximage.docker;

import io.sandboximage.buildkit.internal.transport.UnixSocket;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Where a Docker engine listens, how to get there, and why it was chosen. Immutable. */
public final class DockerHost {
    private static final int PLAIN_PORT = 2375;
    private static final int TLS_PORT = 2376;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final String GIVEN = "it was given";
    private static final String HTTP_1 = "http/1.1";

    private final String name;
    private final @Nullable Path socket;
    private final String host;
    private final int port;
    private final @Nullable SSLContext tls;
    private final String reason;

    private DockerHost(
            String name, @Nullable Path socket, String host, int port, @Nullable SSLContext tls, String reason) {
        this.name = name;
        this.socket = socket;
        this.host = host;
        this.port = port;
        this.tls = tls;
        this.reason = reason;
    }

    /**
     * The engine that the {@code docker} command would use: {@code DOCKER_HOST}, else the context of {@code DOCKER_CONTEXT} or
     * of docker's configuration, else the first socket of Docker, Docker Desktop, OrbStack, Colima, Rancher Desktop and Podman
     * that somebody listens on.
     *
     * @throws InvalidRequestException if the environment or the context names an engine that cannot be used
     * @throws UnavailableException if there is no engine; the message lists what was tried
     */
    public static DockerHost discover() {
        return discover(DockerEnvironment.ofProcess());
    }

    /** The same for another environment. */
    public static DockerHost discover(DockerEnvironment environment) {
        return new DockerHostDiscovery(environment).discover();
    }

    /**
     * The engine of a docker context.
     *
     * @throws io.sandboximage.error.NotFoundException if there is no such context
     */
    public static DockerHost context(String name) {
        return context(name, DockerEnvironment.ofProcess());
    }

    /** The same for another environment. */
    public static DockerHost context(String name, DockerEnvironment environment) {
        return new DockerHostDiscovery(environment).context(name, GIVEN);
    }

    /**
     * Parses what users write in {@code DOCKER_HOST}: {@code unix:///var/run/docker.sock} or {@code tcp://host:port}; a
     * {@code tcp} address is plain text until {@link #tls} is added.
     *
     * @throws InvalidRequestException for anything else, also for {@code ssh://} and {@code npipe://}
     */
    public static DockerHost parse(String text) {
        return parse(text, false, GIVEN);
    }

    static DockerHost parse(String text, boolean secure, String reason) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new InvalidRequestException(notAnAddress(text), e);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme();
        String path = uri.getPath() == null ? "" : uri.getPath();
        switch (scheme) {
            case "unix" -> {
                if (uri.getAuthority() == null && path.startsWith("/")) {
                    return unix(Path.of(path)).because(reason);
                }
            }
            case "tcp", "http", "https" -> {
                if (uri.getHost() != null && (path.isEmpty() || path.equals("/")) && uri.getUserInfo() == null) {
                    int usual = secure || scheme.equals("https") ? TLS_PORT : PLAIN_PORT;
                    return tcp(uri.getHost(), uri.getPort() < 0 ? usual : uri.getPort())
                            .because(reason);
                }
            }
            case "ssh" ->
                throw new InvalidRequestException("\"" + text + "\" cannot be used: there is no ssh in this library."
                        + " Forward the engine's socket, with ssh -L /tmp/docker.sock:/var/run/docker.sock HOST,"
                        + " and write unix:///tmp/docker.sock");
            case "npipe" ->
                throw new InvalidRequestException("\"" + text + "\" cannot be used: Windows named pipes are not"
                        + " supported. Let the engine listen on tcp:// with TLS");
            default -> {}
        }
        throw new InvalidRequestException(notAnAddress(text));
    }

    public static DockerHost unix(Path socket) {
        return new DockerHost("unix://" + socket, socket, "localhost", 0, null, GIVEN);
    }

    /** Plain text: only for networks that are trusted, and never across machines; else add {@link #tls}. */
    public static DockerHost tcp(String host, int port) {
        return new DockerHost("tcp://" + host + ":" + port, null, host, port, null, GIVEN);
    }

    /** The same engine, with TLS on the way; its certificate must carry the host of the address. */
    public DockerHost tls(SSLContext context) {
        if (socket != null) {
            throw new InvalidRequestException(name + " is a unix socket: TLS is for tcp:// addresses");
        }
        return new DockerHost(name, null, host, port, context, reason);
    }

    DockerHost because(String newReason) {
        return new DockerHost(name, socket, host, port, tls, newReason);
    }

    /** The address as users write it. */
    public String name() {
        return name;
    }

    /** Why this engine: completes the sentence "Chosen because …". */
    public String reason() {
        return reason;
    }

    /** What belongs into the {@code Host} header and the {@code :authority} of requests. */
    public String authority() {
        return socket == null ? host + ":" + port : host;
    }

    /** Where the engine's unix socket lies, if it is one. */
    public Optional<Path> unixSocket() {
        return Optional.ofNullable(socket);
    }

    /** Whether a certificate is checked and the bytes are encrypted. */
    public boolean secure() {
        return tls != null;
    }

    /**
     * Connects. Where there is TLS the handshake has been made and the certificate checked.
     *
     * @return a socket that the caller closes; its timeouts may not be settable
     * @throws UnavailableException if nobody answers there
     */
    public Socket connect() {
        return connect(HTTP_1);
    }

    /**
     * The same for another protocol than HTTP/1.1.
     *
     * @param protocol what to ask the engine for where there is TLS, as ALPN (RFC 7301) names it; it need not agree
     */
    public Socket connect(String protocol) {
        try {
            return dial(protocol);
        } catch (IOException e) {
            throw new UnavailableException(
                    "Could not connect to the Docker engine at " + name + ": " + why(e) + ". It was chosen because "
                            + reason + ". Is the engine running, and may you use it?",
                    e);
        }
    }

    Socket dial() throws IOException {
        return dial(HTTP_1);
    }

    private Socket dial(String protocol) throws IOException {
        if (socket != null) {
            return UnixSocket.connect(socket);
        }
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.connect(new InetSocketAddress(bareHost(), port), Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
            return tls == null ? plain : handshake(plain, tls, protocol);
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    private SSLSocket handshake(Socket plain, SSLContext context, String protocol) throws IOException {
        SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(plain, bareHost(), port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {protocol});
        secured.setSSLParameters(parameters);
        plain.setSoTimeout(Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
        secured.startHandshake();
        plain.setSoTimeout(0);
        return secured;
    }

    private String bareHost() {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static String notAnAddress(String text) {
        return "\"" + text
                + "\" is not the address of a Docker engine: write unix:///path/to/docker.sock or tcp://host:port";
    }

    private static String why(IOException e) {
        return e instanceof UnknownHostException ? "there is no such host" : AtomicFile.reason(e);
    }

    @Override
    public String toString() {
        return name;
    }
}
