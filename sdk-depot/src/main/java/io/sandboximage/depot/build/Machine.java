package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.BuildKitTls;
import io.sandboximage.depot.internal.client.BuildMethods;
import io.sandboximage.depot.internal.client.DepotCalls;
import io.sandboximage.depot.internal.proto.cli.BuilderPlatform;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionRequest;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse;
import io.sandboximage.depot.internal.proto.cli.GetBuildKitConnectionResponse.ActiveConnection;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.progress.ProgressTask;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine of Depot's, connected, and kept by health reports until it is closed. Certificates and keys stay in memory. */
final class Machine implements AutoCloseable {
    private static final Duration MIN_WAIT = Duration.ofMillis(50);
    private static final Duration CONNECT_PAUSE = Duration.ofSeconds(1);

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
            DepotCalls calls, CreatedBuild build, BuilderPlatform platform, Duration limit, ProgressTask progress) {
        Machine machine = new Machine(calls, build, platform, limit);
        try (ProgressTask task = progress.child("launching " + machine.name() + " machine")) {
            machine.connect(machine.await());
            task.done();
            return machine;
        } catch (RuntimeException e) {
            machine.close();
            throw e;
        }
    }

    private ActiveConnection await() {
        while (true) {
            cancel.check(null);
            GetBuildKitConnectionResponse answer = calls.call(
                    "get a machine for the build " + build.id(),
                    BuildMethods.CONNECTION,
                    GetBuildKitConnectionRequest.newBuilder()
                            .setBuildId(build.id())
                            .setPlatform(platform)
                            .build(),
                    build.token(),
                    Optional.empty());
            if (answer.hasActive()) {
                return answer.getActive();
            }
            Duration asked = Duration.ofMillis(answer.getPending().getWaitMs());
            pause(asked.compareTo(MIN_WAIT) < 0 ? MIN_WAIT : asked, null);
        }
    }

    private void connect(ActiveConnection active) {
        BuildKitAddress address = address(active);
        while (true) {
            BuildKitClient connecting = BuildKitClient.connect(address);
            client = Optional.of(connecting);
            try {
                cancel.attach(connecting);
                connecting.workers();
                return;
            } catch (UnavailableException e) {
                connecting.close();
                cancel.check(e);
                pause(CONNECT_PAUSE, e);
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
        try {
            Thread.sleep(wait.toMillis());
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for a machine of Depot", e);
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
        return address.tls(active.getServerName().isEmpty() ? tls : tls.serverName(active.getServerName()));
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
