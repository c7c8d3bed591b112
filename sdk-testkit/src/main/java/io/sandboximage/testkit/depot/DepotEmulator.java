package io.sandboximage.testkit.depot;

import io.sandboximage.buildkit.internal.proto.Vertex;
import io.sandboximage.depot.internal.proto.build.Image;
import io.sandboximage.depot.internal.proto.cli.BuildOptions;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.depot.internal.proto.cli.Command;
import io.sandboximage.depot.internal.proto.core.Project;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.testkit.engine.TestAuthority;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Depot's service on loopback, for tests: Connect and gRPC on the same paths of one port, over HTTP/1.1 and HTTP/2 with prior
 * knowledge. Tokens are checked at every call. Machines and the registry are real ones. Thread-safe; closing ends it.
 */
public final class DepotEmulator implements AutoCloseable {
    private final EmulatorState state = new EmulatorState();
    private final FaultScript faults = new FaultScript();
    private final List<DepotCall> calls = new CopyOnWriteArrayList<>();
    private final List<DepotHold> holds = new CopyOnWriteArrayList<>();
    private final Server server;
    private final ServerConnector connector;

    private DepotEmulator() {
        Map<String, Procedure> procedures = new HashMap<>();
        new BuildEndpoint(state).addTo(procedures);
        new PullEndpoint(state).addTo(procedures);
        new AccountEndpoint(state).addTo(procedures);
        new ProjectEndpoint(state).addTo(procedures);
        new ImageEndpoint(state).addTo(procedures);
        new StepEndpoint(state).addTo(procedures);
        new ComputeEndpoint(state).addTo(procedures);
        new AccessEndpoint(state).addTo(procedures);
        new UsageEndpoint(state).addTo(procedures);
        new RepositoryEndpoint(state).addTo(procedures);
        new RegistryTokenEndpoint(state).addTo(procedures);
        new SandboxEndpoint(state).addTo(procedures);
        new SandboxFileEndpoint(state).addTo(procedures);
        new SandboxSnapshotEndpoint(state).addTo(procedures);
        QueuedThreadPool threads = new QueuedThreadPool();
        threads.setDaemon(true);
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        connector = new ServerConnector(
                server, 1, 1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(Duration.ofMinutes(10).toMillis());
        server.addConnector(connector);
        server.setHandler(
                new Handler.Sequence(new BlobFront(state, faults, calls), new RpcFront(procedures, faults, calls)));
    }

    /** Starts one that knows one token and one project. */
    public static DepotEmulator start() {
        DepotEmulator emulator = new DepotEmulator();
        try {
            emulator.server.start();
        } catch (Exception e) {
            throw new IllegalStateException("The Depot emulator did not start", e);
        }
        return emulator;
    }

    /** What {@code DEPOT_API_URL} must be. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    /**
     * Also listens with TLS, for HTTP/2 and HTTP/1.1.
     *
     * @return what {@code DEPOT_API_URL} must be for clients that trust the authority
     */
    public URI secure(TestAuthority authority) {
        ServerConnector secure = SecureConnector.of(server, authority);
        server.addConnector(secure);
        try {
            secure.start();
        } catch (Exception e) {
            throw new IllegalStateException("The Depot emulator does not listen with TLS", e);
        }
        return URI.create("https://127.0.0.1:" + secure.getLocalPort());
    }

    /** Lets a token in. */
    public DepotEmulator token(String token) {
        state.tokens.add(token);
        return this;
    }

    /** Locks a token out again, as if it had expired. */
    public DepotEmulator revoke(String token) {
        state.tokens.remove(token);
        return this;
    }

    public DepotEmulator project(String id, String name) {
        state.projects.put(
                id,
                Project.newBuilder()
                        .setProjectId(id)
                        .setOrganizationId(EmulatorState.ORGANIZATION)
                        .setName(name)
                        .setRegionId("us-east-1")
                        .setCreatedAt(BuildEndpoint.time(Instant.EPOCH))
                        .build());
        return this;
    }

    /** Adds an image to a project's list. */
    public DepotEmulator image(String project, String tag, Digest digest, long sizeBytes, Instant pushedAt) {
        Image image = Image.newBuilder()
                .setTag(tag)
                .setDigest(digest.toString())
                .setSizeBytes(sizeBytes)
                .setPushedAt(BuildEndpoint.time(pushedAt))
                .build();
        state.images.merge(project, List.of(image), (before, more) -> {
            List<Image> all = new ArrayList<>(before);
            all.addAll(more);
            return List.copyOf(all);
        });
        return this;
    }

    /**
     * Adds a build that was saved; its image must be put into the registry, as {@code PROJECT:ID}.
     *
     * @param targets of a bake, whose images are {@code PROJECT:ID-TARGET}; none for a build of one image
     * @return its id
     */
    public String savedBuild(String project, String... targets) {
        String id = state.nextId("bld");
        List<BuildOptions> options = new ArrayList<>();
        for (String target : targets) {
            options.add(BuildOptions.newBuilder()
                    .setCommand(Command.COMMAND_BAKE)
                    .setTargetName(target)
                    .setSave(true)
                    .build());
        }
        if (options.isEmpty()) {
            options.add(BuildOptions.newBuilder()
                    .setCommand(Command.COMMAND_BUILD)
                    .setSave(true)
                    .build());
        }
        EmulatedBuild build = new EmulatedBuild(id, "build-token-of-" + id, project, options);
        build.finish("success");
        state.builds.put(id, build);
        return id;
    }

    /** The machine that builds for a platform get; without one they wait for it. */
    public DepotEmulator machine(Platform platform, DepotMachine machine) {
        state.machines.put(platform(platform), machine);
        return this;
    }

    /** The registry for saved images; without it builds save nothing. */
    public DepotEmulator registry(DepotBackingRegistry registry) {
        state.registry = registry;
        return this;
    }

    /** Where sandboxes run; without it there are none, and commands of the older service run on this machine. */
    public DepotEmulator sandboxes(DepotSandboxHost host) {
        state.sandboxHost = host;
        return this;
    }

    /** How many sandboxes one page of a list holds at most. */
    public DepotEmulator sandboxPageSize(int size) {
        state.sandboxPageSize = size;
        return this;
    }

    /** From now on these methods answer {@code unimplemented}, as a server of another revision does. */
    public DepotEmulator unimplemented(String... methods) {
        faults.unimplemented(Set.of(methods));
        return this;
    }

    /** How often a machine is not ready yet when it is asked for, and how long clients are told to wait. */
    public DepotEmulator pending(int polls, Duration wait) {
        state.pendingPolls = polls;
        state.pendingWait = wait;
        return this;
    }

    /** How long a device login waits for its approval. */
    public DepotEmulator loginWait(Duration wait) {
        state.loginWait = wait;
        return this;
    }

    /** Whether images that are to be loaded go through the registry. */
    public DepotEmulator loadUsingRegistry(boolean value) {
        state.loadUsingRegistry = value;
        return this;
    }

    /** Whether clients are told to compress what they say to machines. */
    public DepotEmulator compressing(boolean value) {
        state.compressing = value;
        return this;
    }

    /** When builds are told to end; empty for never. */
    public DepotEmulator cancelsAt(Optional<Instant> time) {
        state.cancelsAt = time.orElse(null);
        return this;
    }

    /** The next call of a method is refused, for instance {@code CreateBuild} with {@code resource_exhausted}. */
    public DepotEmulator refuseNext(String method, String code, String message) {
        faults.add(method, FaultScript.Fault.refusal(code, message));
        return this;
    }

    /** The next call of a method gets a page in HTML, as proxies give it. */
    public DepotEmulator answerNext(String method, int status, String page) {
        faults.add(method, FaultScript.Fault.page(status, page));
        return this;
    }

    /** The connection of the next call of a method breaks after the call's first message. */
    public DepotEmulator cutNext(String method) {
        faults.add(method, FaultScript.Fault.cutOff());
        return this;
    }

    /** The next call of a method does its work, but its answer waits until it is released, or the emulator closes. */
    public DepotHold holdNext(String method) {
        DepotHold hold = new DepotHold();
        holds.add(hold);
        faults.add(method, FaultScript.Fault.held(hold));
        return hold;
    }

    /** For how long a build stays open of which nothing is heard. */
    public DepotEmulator buildTimeout(Duration timeout) {
        state.buildTimeout = timeout;
        return this;
    }

    /**
     * Begins a build as somebody else would, who has not the token of the build to give: whoever may read it may work on it.
     *
     * @return its id
     */
    public String beginBuild(String project) {
        String id = state.nextId("bld");
        state.builds.put(id, new EmulatedBuild(id, "", project, List.of()));
        return id;
    }

    /** All calls so far, in the order in which they began. */
    public List<DepotCall> calls() {
        return List.copyOf(calls);
    }

    /** The calls of one method. */
    public List<DepotCall> calls(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).toList();
    }

    /** All builds so far. */
    public List<DepotBuildReport> builds() {
        return state.builds.values().stream().map(this::report).toList();
    }

    /** The names of a build's steps that have begun, as far as it was reported. */
    public List<String> steps(String buildId) {
        EmulatedBuild build = state.builds.get(buildId);
        return build == null
                ? List.of()
                : build.statuses().stream()
                        .flatMap(status -> status.getVertexesList().stream())
                        .filter(Vertex::hasStarted)
                        .map(Vertex::getName)
                        .distinct()
                        .toList();
    }

    /** How pushes ended. */
    public List<String> pushes() {
        return List.copyOf(state.pushes);
    }

    private DepotBuildReport report(EmulatedBuild build) {
        build.expire(state.buildTimeout);
        Map<String, Integer> health = new HashMap<>();
        build.healthReports.forEach((platform, count) ->
                health.put(platform == BuilderPlatform.BUILDER_PLATFORM_ARM64 ? "linux/arm64" : "linux/amd64", count));
        return new DepotBuildReport(
                build.id,
                build.projectId,
                build.outcomes,
                health,
                build.statuses().size());
    }

    private static BuilderPlatform platform(Platform platform) {
        return platform.architecture().equals("arm64")
                ? BuilderPlatform.BUILDER_PLATFORM_ARM64
                : BuilderPlatform.BUILDER_PLATFORM_AMD64;
    }

    @Override
    public void close() {
        holds.forEach(DepotHold::release);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("The Depot emulator did not stop", e);
        }
    }
}
