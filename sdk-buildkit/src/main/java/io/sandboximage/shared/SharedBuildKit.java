package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.buildkit.BuildKitTls;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.InterprocessLock;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.shared.internal.tls.TlsFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One BuildKit and one registry that many clients share, so that each finds what others have built. BuildKit wants a certificate of
 * its clients, which lies in the folder of the settings. The registry has one address for BuildKit and for the engine, so an
 * image that a build pushes to {@link #registry} can be pulled by the engine under the same name. Thread-safe; of several processes
 * that change the same one, each waits for the others.
 */
public final class SharedBuildKit {
    private static final long POLL_MILLIS = 100;
    /** What runs already and does not answer within this is started anew. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final SharedSettings settings;
    private final TlsFolder tls;

    private SharedBuildKit(SharedSettings settings, Clock clock) {
        this.settings = settings;
        this.tls = new TlsFolder(
                settings.directory().resolve("tls"), settings.name(), settings.certificateLifetime(), clock);
    }

    /** Nothing is asked or started before a method is called. */
    public static SharedBuildKit of(SharedSettings settings) {
        return new SharedBuildKit(settings, Clock.systemUTC());
    }

    /** The same at another time. */
    static SharedBuildKit of(SharedSettings settings, Clock clock) {
        return new SharedBuildKit(settings, clock);
    }

    /**
     * Sees to it that both services run with this configuration and answer. What does so already is left alone. Another
     * configuration, another image of that name, or a certificate that has to be renewed, starts BuildKit anew, and builds
     * that run there then fail; what it keeps stays. Services that this call started and that did not come up are stopped.
     *
     * @throws io.sandboximage.error.ConflictException if a port is taken
     * @throws NotFoundException if an image, a network or a program is not there
     * @throws UnavailableException if a service ended; with the last lines that it wrote
     * @throws DeadlineExceededException if it did not answer in time; with these lines too
     */
    public SharedStart up(ProgressTask progress) {
        try (ProgressTask task = progress.child("start the shared BuildKit " + settings.name())) {
            SharedStart start = locked(this::start);
            task.done(start.started().isEmpty() ? "was running" : "started " + start.started());
            return start;
        }
    }

    /** How both services are now; nothing is changed. */
    public SharedStatus status() {
        try (ServiceHost host = host()) {
            return status(host, true);
        }
    }

    /**
     * Stops both services; nothing if they do not run. Running builds fail.
     *
     * @param withData removes the cache, the images and the certificates too
     * @return those that were there
     */
    public List<SharedService> down(boolean withData) {
        return locked(() -> stop(withData));
    }

    /**
     * Where BuildKit is, with the client's certificate.
     *
     * @throws NotFoundException if there is no certificate yet, because it was never started
     */
    public BuildKitAddress address() {
        try (ServiceHost host = host()) {
            return address(host);
        }
    }

    /** A builder of one client; the caller closes it. Other settings for it begin with {@link #address}. */
    public BuildKitBuilder builder() {
        return BuildKitBuilder.at(address());
    }

    /** What names of images in the registry begin with, {@code host:port}; for BuildKit and for the engine. */
    public String registry() {
        return settings.registry().local();
    }

    private SharedStart start() {
        try (ServiceHost host = host()) {
            tls.renew(settings.serverHosts());
            List<SharedService> started = new ArrayList<>();
            try {
                start(host, started);
            } catch (RuntimeException e) {
                undo(host, started, e);
                throw e;
            }
            return new SharedStart(started, status(host, false));
        }
    }

    private List<SharedService> stop(boolean withData) {
        try (ServiceHost host = host()) {
            List<SharedService> stopped = new ArrayList<>();
            for (SharedService service : List.of(SharedService.REGISTRY, SharedService.BUILDKIT)) {
                if (!host.find(service).equals(ServiceState.ABSENT)) {
                    host.stop(service);
                    stopped.add(service);
                }
            }
            if (withData) {
                host.removeData();
                tls.remove();
            }
            return stopped;
        }
    }

    private void start(ServiceHost host, List<SharedService> started) {
        ServiceConfiguration configuration = new ServiceConfiguration(settings, host, tls);
        ServiceHealth health = new ServiceHealth(settings, host, address(host));
        for (SharedService service : SharedService.values()) {
            ServicePlan plan = configuration.plan(service);
            boolean drawnAlong = host.tied() && started.contains(SharedService.BUILDKIT);
            if (drawnAlong || !good(host, health, plan)) {
                host.stop(service);
                started.add(service);
                host.start(plan);
                await(host, health, service, settings.startLimit());
            }
        }
    }

    private static boolean good(ServiceHost host, ServiceHealth health, ServicePlan plan) {
        ServiceState state = host.find(plan.service());
        if (!state.running() || !state.fingerprint().equals(plan.fingerprint())) {
            return false;
        }
        try {
            await(host, health, plan.service(), ANSWER_LIMIT);
            return true;
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            return false;
        }
    }

    private static void await(ServiceHost host, ServiceHealth health, SharedService service, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String reason;
            try {
                health.check(service);
                reason = "";
            } catch (CancelledException e) {
                throw e;
            } catch (SandboxImageException e) {
                reason = String.valueOf(e.getMessage());
            }
            // Asked afterwards: somebody else may have answered on the port of a service that has ended.
            ServiceState state = host.find(service);
            if (!state.running()) {
                throw PortCheck.explained(
                        new UnavailableException("The " + service + " ended before it answered: " + state.ending()
                                + lines(host, service)),
                        service,
                        health.settings().endpoint(service));
            }
            if (reason.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new DeadlineExceededException(
                        "The " + service + " did not answer within " + limit + ": " + reason + lines(host, service),
                        limit);
            }
            pause(service);
        }
    }

    private static void undo(ServiceHost host, List<SharedService> started, RuntimeException failure) {
        boolean interrupted = Thread.interrupted();
        for (SharedService service : started) {
            try {
                host.stop(service);
            } catch (SandboxImageException e) {
                failure.addSuppressed(e);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private SharedStatus status(ServiceHost host, boolean counted) {
        Map<SharedService, SharedStatus.Service> services = new EnumMap<>(SharedService.class);
        for (SharedService service : SharedService.values()) {
            services.put(service, status(host, service, counted));
        }
        return new SharedStatus(settings.name(), services, tls.expiry(tls.client()), host.advice());
    }

    private SharedStatus.Service status(ServiceHost host, SharedService service, boolean counted) {
        ServiceState state = host.find(service);
        String address = settings.endpoint(service).local();
        if (!state.running()) {
            return new SharedStatus.Service(false, false, address, "", Optional.empty(), state.ending());
        }
        try {
            ServiceHealth health = new ServiceHealth(settings, host, address(host));
            String version = health.check(service);
            Optional<Long> used = counted ? health.usedBytes(service) : Optional.empty();
            return new SharedStatus.Service(true, true, address, version, used, "");
        } catch (CancelledException e) {
            throw e;
        } catch (SandboxImageException e) {
            return new SharedStatus.Service(true, false, address, "", Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    private BuildKitAddress address(ServiceHost host) {
        return host.trustedAddress().orElseGet(this::mutualTls);
    }

    private BuildKitAddress mutualTls() {
        if (Files.exists(tls.client()) && tls.clientExpires()) {
            locked(() -> {
                tls.renewClient();
                return true;
            });
        }
        byte[] client = read(tls.client());
        return BuildKitAddress.tcp(settings.clientHost(), settings.buildKit().port())
                .tls(BuildKitTls.trusting(read(tls.authority())).identity(client, client));
    }

    private byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new NotFoundException(
                    "The shared BuildKit " + settings.name() + " has no certificate " + file + ": start it first", e);
        } catch (IOException e) {
            throw new StorageException("Could not read " + file + ": " + AtomicFile.reason(e), e);
        }
    }

    private static String lines(ServiceHost host, SharedService service) {
        String tail = host.logTail(service);
        return tail.isEmpty() ? ". It wrote nothing" : ". It wrote last:\n" + tail;
    }

    private static void pause(SharedService service) {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the " + service, e);
        }
    }

    private <T> T locked(Supplier<T> work) {
        InterprocessLock lock = InterprocessLock.acquire(settings.directory().resolve("lock"));
        try {
            return work.get();
        } finally {
            lock.close();
        }
    }

    private ServiceHost host() {
        return settings.containers()
                .<ServiceHost>map(where -> new ContainerHost(settings, where))
                .orElseGet(() -> new ProcessServiceHost(settings));
    }
}
