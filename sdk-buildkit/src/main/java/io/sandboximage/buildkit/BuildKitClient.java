package io.sandboximage.buildkit;

import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.content.BlobReader;
import io.sandboximage.buildkit.content.BuildKitContentStore;
import io.sandboximage.buildkit.internal.control.DaemonBlobs;
import io.sandboximage.buildkit.internal.control.DaemonCalls;
import io.sandboximage.buildkit.internal.proto.DeleteLeaseRequest;
import io.sandboximage.buildkit.internal.proto.InfoRequest;
import io.sandboximage.buildkit.internal.proto.ListWorkersRequest;
import io.sandboximage.buildkit.internal.proto.SolveResponse;
import io.sandboximage.buildkit.internal.proto.WorkerRecord;
import io.sandboximage.buildkit.internal.session.HijackCarrier;
import io.sandboximage.buildkit.internal.session.RegistryTokens;
import io.sandboximage.buildkit.internal.session.Session;
import io.sandboximage.buildkit.internal.session.SessionCarrier;
import io.sandboximage.buildkit.internal.solve.DockerfileText;
import io.sandboximage.buildkit.internal.solve.Failures;
import io.sandboximage.buildkit.internal.solve.SolveRun;
import io.sandboximage.buildkit.internal.transport.Channels;
import io.sandboximage.buildkit.internal.transport.ControlMethods;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.RemoteError;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client of one BuildKit daemon. It connects when it is first used and again after the daemon was gone. Thread-safe; any
 * number of builds may run at once. Close it to free the connection.
 */
public final class BuildKitClient implements AutoCloseable {
    private static final Duration DEFAULT_SILENCE_LIMIT = Duration.ofSeconds(60);
    private static final int REFERENCE_LENGTH = 25;
    private static final int REFERENCE_BITS = 129;
    private static final String HOST_GATEWAY_LABEL = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final BuildKitAddress address;
    private final Duration silenceLimit;
    private final ExecutorService executor = DaemonThreads.pool("buildkit-session");
    private final DaemonCalls calls;
    private final RegistryTokens tokens = new RegistryTokens();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ManagedChannel current;
    private boolean closed;

    private BuildKitClient(BuildKitAddress address, Duration silenceLimit) {
        this.address = address;
        this.silenceLimit = silenceLimit;
        this.calls = new DaemonCalls(this::channel, address.description());
    }

    public static BuildKitClient connect(BuildKitAddress address) {
        return new BuildKitClient(address, DEFAULT_SILENCE_LIMIT);
    }

    /**
     * @param silenceLimit a daemon that gives no sign of life for this long during a build counts as lost; it sends one every
     *     five seconds, unless its machine is very busy
     */
    public static BuildKitClient connect(BuildKitAddress address, Duration silenceLimit) {
        return new BuildKitClient(address, silenceLimit);
    }

    public BuildKitAddress address() {
        return address;
    }

    /**
     * The daemon's version as it tells it; empty if it is too old to tell.
     *
     * @throws io.sandboximage.error.UnavailableException if the daemon cannot be reached
     */
    public Optional<String> version() {
        try {
            return Optional.of(calls.unary(
                                    "ask BuildKit for its version",
                                    ControlMethods.INFO,
                                    InfoRequest.getDefaultInstance())
                            .getBuildkitVersion()
                            .getVersion())
                    .filter(version -> !version.isEmpty());
        } catch (InvalidRequestException e) {
            if (e.remote()
                    .map(RemoteError::status)
                    .equals(Optional.of(Status.UNIMPLEMENTED.getCode().value()))) {
                return Optional.empty(); // Before 0.11 there is no such call.
            }
            throw e;
        }
    }

    /** The daemon's workers, the default one first. */
    public List<BuildKitWorker> workers() {
        return workers(DaemonCalls.LIMIT);
    }

    /**
     * The same with a limit on the time that it may take.
     *
     * @throws io.sandboximage.error.UnavailableException if the daemon cannot be reached, or does not answer in time
     */
    public List<BuildKitWorker> workers(Duration limit) {
        return calls
                .unary(
                        "list BuildKit's workers",
                        ControlMethods.LIST_WORKERS,
                        ListWorkersRequest.getDefaultInstance(),
                        limit)
                .getRecordList()
                .stream()
                .map(BuildKitClient::worker)
                .toList();
    }

    /**
     * Builds. An interrupt of the calling thread cancels the build in the daemon.
     *
     * @param progress gets a child for every step
     * @throws BuildFailedException if a step failed
     * @throws InvalidRequestException if what is asked for cannot be: a stage or a context that is not there
     * @throws io.sandboximage.error.UnavailableException if the daemon cannot be reached or was lost
     */
    public SolveResult solve(SolveRequest request, ProgressTask progress) {
        CancelledException.throwIfInterrupted("starting a build at " + address);
        SolveAssembly assembly = new SolveAssembly(request, progress);
        AtomicReference<@Nullable SandboxImageException> localFailure = new AtomicReference<>();
        ManagedChannel channel = channel();
        String reference = newReference();
        try (Session session = openSession(
                channel,
                assembly.services(executor, tokens, failure -> localFailure.compareAndSet(null, failure)),
                sharedKey(request))) {
            // In a process that has just started, all that stands between here and the daemon takes its time to load.
            CancelledException.throwIfInterrupted("starting a build at " + address);
            SolveRun run = new SolveRun(
                    channel,
                    address.description(),
                    session,
                    localFailure,
                    silenceLimit,
                    request.timeout(),
                    () -> dockerfile(request),
                    request.statusListener());
            SolveResponse response =
                    run.run(adapt(assembly.message(reference, session.id(), this::hostGateway)), progress);
            SolveResult result = new SolveResult(reference, response.getExporterResponseMap());
            assembly.finish(result);
            return result;
        } catch (BuildFailedException e) {
            throw new FailureAdvice(request).advise(e);
        }
    }

    /**
     * Reads what the daemon holds by digest: what it built, until its garbage collection. Docker engines with their classic image
     * store keep no layers there, and daemons before 0.11 do not serve it; they answer with
     * {@link InvalidRequestException}.
     */
    public BlobReader content() {
        return new DaemonBlobs(calls);
    }

    /**
     * The image that a build made, from the daemon's own store; the build must have had an exporter of images.
     *
     * @throws InvalidRequestException if the build made no image
     */
    public BuildKitContentStore image(SolveResult result) {
        Descriptor root = result.descriptor()
                .orElseThrow(() -> new InvalidRequestException("The build " + result.reference() + " at " + address
                        + " made no image that can be read: export an image, and with a BuildKit of 0.11 or newer"));
        return BuildKitContentStore.of(content(), root);
    }

    /**
     * The same, read to its end wherever its blobs are: where the daemon does not hold one that is asked for, or is too old to
     * give out any, the build is repeated into a temporary OCI layout, which goes when the image is closed.
     *
     * @param build what made the result
     */
    public ImageSource image(SolveResult result, DockerfileBuild build) {
        return WholeImage.of(this, build, Optional.empty()).orWhereItWasBuilt(result);
    }

    /** The same for a build in BuildKit's own terms; its exports do not matter. */
    public ImageSource image(SolveResult result, SolveRequest build) {
        return WholeImage.of(this, build).orWhereItWasBuilt(result);
    }

    /**
     * Lets go of content that a build kept from the garbage collection by a lease of containerd's. Daemons of BuildKit's own
     * project give no leases; those of Depot do.
     *
     * @throws InvalidRequestException if the daemon knows no leases
     */
    public void releaseLease(String id) {
        calls.unary(
                "release a lease of BuildKit's",
                ControlMethods.DELETE_LEASE,
                DeleteLeaseRequest.newBuilder().setId(id).build());
    }

    /** The daemon's build cache. */
    public BuildCache cache() {
        return new BuildCache(calls);
    }

    /** The builds that the daemon remembers. */
    public BuildHistory history() {
        return new BuildHistory(calls);
    }

    /** What the Docker engine at the address wants and lacks; empty where there is none. */
    Optional<EngineRules> engineRules() {
        return address.engine().map(engine -> new EngineRules(address, engine, this::workers));
    }

    private io.sandboximage.buildkit.internal.proto.SolveRequest adapt(
            io.sandboximage.buildkit.internal.proto.SolveRequest message) {
        return engineRules().map(rules -> rules.adapt(message)).orElse(message);
    }

    private Session openSession(Channel channel, List<ServerServiceDefinition> services, String sharedKey) {
        String attempt = "open a build session";
        SessionCarrier tunnel = SessionCarrier.tunnel(channel);
        SessionCarrier carrier = address.engine()
                .<SessionCarrier>map(engine -> new HijackCarrier(engine::session, tunnel, executor))
                .orElse(tunnel);
        try {
            return Session.open(carrier, services, sharedKey);
        } catch (IOException e) {
            CancelledException.throwIfInterrupted("opening a build session at " + address);
            throw Failures.unreachable(attempt, address.description(), e);
        }
    }

    /** Docker engines tell how containers reach their machine. */
    private String hostGateway() {
        return workers().stream()
                .flatMap(worker -> Optional.ofNullable(worker.labels().get(HOST_GATEWAY_LABEL)).stream())
                .findFirst()
                .orElseThrow(() -> new InvalidRequestException("BuildKit at " + address
                        + " does not tell the address of its machine: give an IP address instead of host-gateway"));
    }

    /** Ends running builds and closes the connection. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (current != null) {
                current.shutdownNow();
            }
        } finally {
            lock.unlock();
        }
        executor.shutdownNow();
        tokens.close();
    }

    /** The connection, made anew if the daemon could not be reached last: gRPC would only repeat the old failure for a while. */
    private ManagedChannel channel() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The BuildKit client is closed");
            }
            ManagedChannel channel = current;
            if (channel == null || channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
                if (channel != null) {
                    channel.shutdown();
                }
                channel = Channels.open(
                        address.sockets(),
                        address.authority(),
                        address.tls().map(BuildKitTls::context).orElse(null),
                        address.isCompressed());
                current = channel;
            }
            return channel;
        } finally {
            lock.unlock();
        }
    }

    /** Stable for a context on this machine: the daemon finds by it what it got of the same context before. */
    private static String sharedKey(SolveRequest request) {
        Path context = request.directories().getOrDefault("context", Path.of(""));
        return Digest.sha256(
                        context.toAbsolutePath().normalize().toUri().toString().getBytes(StandardCharsets.UTF_8))
                .hex();
    }

    private static Optional<DockerfileText> dockerfile(SolveRequest request) {
        return Optional.ofNullable(request.directories().get("dockerfile"))
                .map(directory -> directory.resolve(request.options().getOrDefault("filename", "Dockerfile")))
                .flatMap(DockerfileText::read);
    }

    private static String newReference() {
        String text = new BigInteger(REFERENCE_BITS, RANDOM).toString(36);
        return "0".repeat(Math.max(0, REFERENCE_LENGTH - text.length())) + text;
    }

    private static BuildKitWorker worker(WorkerRecord record) {
        List<Platform> platforms = record.getPlatformsList().stream()
                .map(p -> p.getVariant().isEmpty()
                        ? Platform.of(p.getOS(), p.getArchitecture())
                        : Platform.of(p.getOS(), p.getArchitecture(), p.getVariant()))
                .toList();
        return new BuildKitWorker(record.getID(), record.getLabelsMap(), platforms);
    }
}
