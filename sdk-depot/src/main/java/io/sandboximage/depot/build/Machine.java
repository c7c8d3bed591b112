package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.BuildKitTls;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse.ActiveConnection;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.RateLimitedException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A machine of Depot's, connected, and kept by health reports until it is closed. Certificates and keys stay in memory. */
final class Machine implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Machine.class);
    private static final Duration MIN_WAIT = Duration.ofMillis(50);
    private static final Duration CONNECT_PAUSE = Duration.ofSeconds(1);
    private static final Duration FAULT_PAUSE = Duration.ofMillis(250);
    private static final Duration MAX_CALL = Duration.ofSeconds(30);
    /** What builders say of themselves when a second try helps, as Depot's own command line has found. */
    private static final List<String> PASSING = List.of("inconsistent graph state", "failed to get state for index");

    private static final int MAX_TRIES = 5;
    private static final Duration TRY_PAUSE = Duration.ofMillis(100);

    private final DepotCalls calls;
    private final CreatedBuild build;
    private final BuilderPlatform platform;
    private final CancelLatch cancel = new CancelLatch();
    private final HealthReports health;
    private final long start = System.nanoTime();
    private final Duration limit;
    private Optional<BuildKitClient> client = Optional.empty();

    private Machine(DepotCalls calls, CreatedBuild build, BuilderPlatform platform, Duration limit) {
        this.calls = calls;
        this.build = build;
        this.platform = platform;
        this.limit = limit;
        this.health = HealthReports.start(calls, build, platform, cancel::cancel);
    }

    /**
     * Waits for a machine.
     *
     * @param limit for all of it: that there is one, and that it answers
     * @throws DeadlineExceededException if it takes longer
     */
    static Machine acquire(
            DepotCalls calls,
            CreatedBuild build,
            BuilderPlatform platform,
            Duration limit,
            StatusReports statuses,
            ProgressTask progress) {
        Machine machine = new Machine(calls, build, platform, limit);
        String name = machine.name();
        try (ProgressTask task = progress.child("launching " + name + " machine")) {
            ActiveConnection active = statuses.step("launching " + name + " machine", machine::await);
            machine.client =
                    statuses.step("connecting to " + name + " machine", () -> Optional.of(machine.connect(active)));
            task.done();
            return machine;
        } catch (RuntimeException | Error e) {
            machine.close();
            throw e;
        }
    }

    private ActiveConnection await() {
        while (true) {
            cancel.check(null);
            Duration wait;
            @Nullable SandboxImageException fault = null;
            try {
                GetBuildKitConnectionResponse answer = calls.call(
                        "get a machine for the build " + build.id(),
                        BuildMethods.CONNECTION,
                        GetBuildKitConnectionRequest.newBuilder()
                                .setBuildId(build.id())
                                .setPlatform(platform)
                                .build(),
                        build.token(),
                        Optional.of(callLimit()));
                if (answer.hasActive()) {
                    return answer.getActive();
                }
                Duration asked = Duration.ofMillis(answer.getPending().getWaitMs());
                wait = asked.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : asked;
            } catch (UnavailableException | DeadlineExceededException e) {
                fault = e;
                wait = FAULT_PAUSE;
            } catch (RateLimitedException e) {
                fault = e;
                wait = e.retryAfter().orElse(CONNECT_PAUSE);
            }
            pause(wait, fault);
        }
    }

    private BuildKitClient connect(ActiveConnection active) {
        BuildKitAddress address = address(active);
        while (true) {
            BuildKitClient connecting = BuildKitClient.connect(address);
            try {
                cancel.attach(connecting);
                connecting.workers(callLimit());
                return connecting;
            } catch (UnavailableException e) {
                connecting.close();
                cancel.check(e);
                pause(CONNECT_PAUSE, e);
            } catch (RuntimeException | Error e) {
                connecting.close();
                throw e;
            }
        }
    }

    /** No call outlasts the limit for all of them. */
    private Duration callLimit() {
        Duration left = limit.minusNanos(System.nanoTime() - start);
        return left.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : left.compareTo(MAX_CALL) > 0 ? MAX_CALL : left;
    }

    /** Builds; once more where the machine only lost its way. */
    SolveResult solve(SolveRequest request, ProgressTask progress) {
        for (int tries = 1; ; tries++) {
            try {
                return client().solve(request, progress);
            } catch (BuildFailedException | UnavailableException | InvalidRequestException e) {
                String text = String.valueOf(e.getMessage());
                if (tries >= MAX_TRIES || PASSING.stream().noneMatch(text::contains)) {
                    throw e;
                }
                progress.warn("The machine lost its way, so the build is repeated: " + text);
                sleep(TRY_PAUSE, "before a build is repeated");
            }
        }
    }

    /** Lets the machine forget an image that it kept for us. It would do so by itself, in an hour. */
    void release(SolveResult result) {
        String lease = result.properties().getOrDefault("depot/session.id", "");
        if (!lease.isEmpty()) {
            try {
                client().releaseLease(lease);
            } catch (SandboxImageException e) {
                LOGGER.debug("The lease of the build {} stays for its hour", build.id(), e);
            }
        }
    }

    private void pause(Duration wait, @Nullable Throwable cause) {
        Duration left = limit.minusNanos(System.nanoTime() - start);
        if (left.compareTo(wait) < 0) {
            throw new DeadlineExceededException(
                    "Could not get a machine for " + name() + " from Depot within " + limit.toSeconds()
                            + " s for the build " + build.id() + ": try again, with more time if need be",
                    limit,
                    cause);
        }
        sleep(wait, "waiting for a machine of Depot");
    }

    private static void sleep(Duration time, String work) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw CancelledException.interrupted(work, e);
        }
    }

    private static BuildKitAddress address(ActiveConnection active) {
        URI endpoint;
        try {
            endpoint = new URI(active.getEndpoint());
        } catch (URISyntaxException e) {
            throw unusable(active, e);
        }
        if (endpoint.getHost() == null || endpoint.getPort() < 0) {
            throw unusable(active, null);
        }
        BuildKitAddress address = BuildKitAddress.tcp(endpoint.getHost(), endpoint.getPort());
        // Only builders for tests have no certificates.
        if (!active.hasCert() || !active.hasCaCert()) {
            return address;
        }
        BuildKitTls tls = BuildKitTls.trusting(bytes(active.getCaCert().getCert()))
                .identity(
                        bytes(active.getCert().getCert()),
                        bytes(active.getCert().getKey()));
        BuildKitAddress secure =
                address.tls(active.getServerName().isEmpty() ? tls : tls.serverName(active.getServerName()));
        return active.hasGzip() ? secure.compressed() : secure;
    }

    private static InvalidContentException unusable(ActiveConnection active, @Nullable Throwable cause) {
        return new InvalidContentException(
                "Depot gave \"" + active.getEndpoint() + "\" as the address of a machine, which is no host and port",
                cause);
    }

    private static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.ISO_8859_1);
    }

    String name() {
        return platform == BuilderPlatform.BUILDER_PLATFORM_ARM64 ? "arm64" : "amd64";
    }

    BuildKitClient client() {
        return client.orElseThrow();
    }

    /** @throws CancelledException if Depot ended the build, which is then why {@code failure} came */
    void checkCancelled(Throwable failure) {
        cancel.check(failure);
    }

    @Override
    public void close() {
        health.close();
        client.ifPresent(BuildKitClient::close);
    }
}
