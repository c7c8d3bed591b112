package io.sandboximage.registry.server;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sandboximage.ImageSource;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.ImageReference;
import io.sandboximage.internal.tls.PemIdentity;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A registry in this JVM that speaks the OCI distribution-spec v1.1. It serves image sources without copying them, and takes
 * pushes into a {@link RegistryStorage}. It listens on 127.0.0.1 and a free port unless told otherwise; on loopback it refuses
 * requests that a web page could have sent. Thread-safe.
 *
 * <pre>{@code
 * try (var registry = RegistryServer.builder().serve("acme/app", "v1", source).start()) {
 *     run("docker", "pull", registry.reference("acme/app", "v1").toString());
 * }
 * }</pre>
 */
public final class RegistryServer implements AutoCloseable {
    /**
     * The JDK's server sends headers and body apart, so without this every small answer waits 40 ms for the client's delayed
     * acknowledgement. It has no other switch than this property, read once when a JVM starts its first server.
     */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    private static final int BACKLOG = 256;
    private static final int MAX_THREADS = 64;
    /**
     * Docker and skopeo try TLS on a plain port first and wait 10 s for an answer, and the JDK's server waits for the end of a
     * line that never comes. A true request head arrives on loopback in one piece.
     */
    private static final Duration LOOPBACK_HEAD_TIMEOUT = Duration.ofMillis(200);

    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    private final HttpServer http;
    private final Workers workers;
    private final Uploads uploads;
    private final StorageBackend backend;
    private final Catalog catalog;
    private final String address;
    private final boolean tls;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RegistryServer(Builder builder, StorageBackend backend, HttpServer http) {
        this.backend = backend;
        this.http = http;
        this.tls = builder.tls != null;
        Repositories repositories = new Repositories(backend);
        repositories.sweep();
        this.catalog = new Catalog(repositories, builder.readOnly);
        this.uploads = new Uploads(backend, builder.clock, builder.uploadExpiry, builder.maxBlobBytes);
        this.address = hostPort(builder.bind, http.getAddress().getPort());
        this.workers = new Workers(
                "registry-" + http.getAddress().getPort(), MAX_THREADS, builder.headTimeout(), builder.stallTimeout);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Host and port to reach it at, for instance {@code 127.0.0.1:41234}. */
    public String address() {
        return address;
    }

    /** For instance {@code http://127.0.0.1:41234}. */
    public URI url() {
        return URI.create((tls ? "https://" : "http://") + address);
    }

    /** How a client on this machine names an image here. */
    public ImageReference reference(String repository, String tag) {
        return new ImageReference(address, repository, Optional.of(tag), Optional.empty());
    }

    /**
     * Shows the image or index of {@code source} as {@code repository:tag}, read when clients ask for it. The repository becomes
     * read-only. The source stays the caller's: it must be open for as long as the server is, and closing the server does not
     * close it.
     */
    public RegistryServer serve(String repository, String tag, ImageSource source) {
        checkName(repository, tag);
        catalog.serve(repository, tag, source);
        return this;
    }

    /** Stops listening and breaks what is in progress. Content in memory stays with its {@link RegistryStorage}. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            http.stop(0);
            workers.close();
            uploads.close();
            backend.close();
        }
    }

    private void listen(Optional<BasicAuth> auth, boolean loopbackOnly) {
        Map<Route.Kind, Endpoint> endpoints = new EnumMap<>(Route.Kind.class);
        endpoints.put(Route.Kind.MANIFEST, new ManifestEndpoint(catalog));
        endpoints.put(Route.Kind.BLOB, new BlobEndpoint(catalog));
        endpoints.put(Route.Kind.UPLOADS, new UploadEndpoint(catalog, uploads));
        endpoints.put(Route.Kind.UPLOAD, new UploadEndpoint(catalog, uploads));
        endpoints.put(Route.Kind.TAGS, new ListEndpoint(catalog));
        endpoints.put(Route.Kind.CATALOG, new ListEndpoint(catalog));
        endpoints.put(Route.Kind.REFERRERS, new ListEndpoint(catalog));
        http.createContext("/", new RequestHandler(endpoints, auth, loopbackOnly, workers::progress));
        http.setExecutor(workers);
        workers.every(SWEEP_INTERVAL, uploads::expire);
        http.start();
    }

    private static void checkName(String repository, String tag) {
        if (!Route.isRepository(repository) || !Route.isTag(tag)) {
            throw new InvalidRequestException(
                    "\"" + repository + ":" + tag + "\" is not a repository and a tag, for instance acme/app:v1");
        }
    }

    private static String hostPort(InetAddress bound, int port) {
        if (bound.isAnyLocalAddress()) {
            return "127.0.0.1:" + port;
        }
        String host = bound.getHostAddress();
        int zone = host.indexOf('%');
        host = zone < 0 ? host : host.substring(0, zone);
        return (bound instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
    }

    /** Options of a server. Not thread-safe. */
    public static final class Builder {
        private final List<Served> served = new ArrayList<>();
        private @Nullable RegistryStorage storage;
        private InetAddress bind = ipv4Loopback();
        private int port;
        private @Nullable BasicAuth auth;
        private @Nullable SSLContext tls;
        private boolean readOnly;
        private long maxBlobBytes = Long.MAX_VALUE;
        private Duration uploadExpiry = Duration.ofHours(1);
        private Duration stallTimeout = Duration.ofMinutes(1);
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Where pushes go; {@link RegistryStorage#memory()} unless set. */
        public Builder storage(RegistryStorage newStorage) {
            storage = newStorage;
            return this;
        }

        /** See {@link RegistryServer#serve}. */
        public Builder serve(String repository, String tag, ImageSource source) {
            checkName(repository, tag);
            served.add(new Served(repository, tag, source));
            return this;
        }

        /** The address to listen on; beyond loopback, set {@link #basicAuth} and {@link #tls(SSLContext)} too. */
        public Builder bind(InetAddress address) {
            bind = address;
            return this;
        }

        /** The port to listen on; 0, the default, takes a free one. */
        public Builder port(int newPort) {
            if (newPort < 0 || newPort > 65535) {
                throw new InvalidRequestException(newPort + " is not a TCP port");
            }
            port = newPort;
            return this;
        }

        /** Requires this user and password for every request. */
        public Builder basicAuth(String user, String password) {
            if (user.indexOf(':') >= 0) {
                throw new InvalidRequestException("A user name for basic authentication cannot have a colon");
            }
            auth = BasicAuth.of(user, password);
            return this;
        }

        /**
         * Requires a user and a password that {@code accepts} takes, for every request; it is asked anew each time, so accounts may
         * come and go.
         */
        public Builder basicAuth(BiPredicate<String, String> accepts) {
            auth = new BasicAuth(accepts);
            return this;
        }

        /** Serves https instead of http. */
        public Builder tls(SSLContext context) {
            tls = context;
            return this;
        }

        /**
         * Serves https instead of http.
         *
         * @param certificateChain PEM, the server's own certificate first
         * @param privateKey PEM, PKCS#8, not encrypted
         */
        public Builder tls(byte[] certificateChain, byte[] privateKey) {
            return tls(PemIdentity.parse(certificateChain, privateKey).serverContext());
        }

        /** Refuses every push and delete. */
        public Builder readOnly() {
            readOnly = true;
            return this;
        }

        /** Refuses blobs that are larger, with status 413; no limit unless set. */
        public Builder maxBlobBytes(long limit) {
            if (limit < 0) {
                throw new InvalidRequestException("Blobs cannot be limited to " + limit + " bytes");
            }
            maxBlobBytes = limit;
            return this;
        }

        /** Drops an upload that was not used for this long; an hour unless set. */
        public Builder uploadExpiry(Duration maxIdle) {
            uploadExpiry = positive(maxIdle);
            return this;
        }

        /** Breaks a connection whose client moves no byte of its request or answer for this long; a minute unless set. */
        public Builder stallTimeout(Duration timeout) {
            stallTimeout = positive(timeout);
            return this;
        }

        Builder clock(Clock newClock) {
            clock = newClock;
            return this;
        }

        /**
         * Starts listening.
         *
         * @throws UnavailableException if the address cannot be bound
         * @throws io.sandboximage.error.ConflictException if the storage directory is in use by another server
         */
        public RegistryServer start() {
            StorageBackend backend = (storage == null ? RegistryStorage.memory() : storage).open();
            boolean started = false;
            try {
                RegistryServer server = new RegistryServer(this, backend, open());
                served.forEach(s -> server.serve(s.repository, s.tag, s.source));
                server.listen(Optional.ofNullable(auth), bind.isLoopbackAddress());
                started = true;
                return server;
            } finally {
                if (!started) {
                    backend.close();
                }
            }
        }

        private HttpServer open() {
            InetSocketAddress address = new InetSocketAddress(bind, port);
            if (System.getProperty(NO_DELAY) == null) {
                System.setProperty(NO_DELAY, "true");
            }
            try {
                if (tls == null) {
                    return HttpServer.create(address, BACKLOG);
                }
                HttpsServer https = HttpsServer.create(address, BACKLOG);
                https.setHttpsConfigurator(new HttpsConfigurator(tls));
                return https;
            } catch (IOException e) {
                throw new UnavailableException(
                        "Could not start a registry on " + hostPort(bind, port) + ": " + e.getMessage()
                                + ". Choose another port, or 0 for a free one",
                        e);
            }
        }

        private Duration headTimeout() {
            boolean quick =
                    tls == null && bind.isLoopbackAddress() && stallTimeout.compareTo(LOOPBACK_HEAD_TIMEOUT) > 0;
            return quick ? LOOPBACK_HEAD_TIMEOUT : stallTimeout;
        }

        private static Duration positive(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new InvalidRequestException(duration + " is not a time to wait");
            }
            return duration;
        }

        private static InetAddress ipv4Loopback() {
            try {
                return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        private record Served(String repository, String tag, ImageSource source) {}
    }
}
