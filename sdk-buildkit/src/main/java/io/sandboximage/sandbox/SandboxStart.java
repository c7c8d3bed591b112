package io.sandboximage.sandbox;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.internal.container.ContainerSpec;
import io.sandboximage.docker.internal.container.EngineContainers;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.ConflictException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.concurrent.DaemonThreads;
import io.sandboximage.progress.ProgressTask;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, starts and awaits one sandbox, and removes it if that fails. */
final class SandboxStart {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxStart.class);
    private static final String LOOPBACK = "127.0.0.1";
    /** How long an engine may take to answer somebody who is leaving. */
    private static final Duration CREATION = Duration.ofSeconds(5);

    private SandboxStart() {}

    static LocalSandbox start(DockerHost engine, SandboxSpec spec, ProgressTask progress) {
        EngineContainers containers = new EngineContainers(engine);
        try (ProgressTask task = progress.child("start a sandbox of " + spec.image())) {
            LocalSandbox sandbox = start(containers, spec);
            task.done(sandbox.name());
            return sandbox;
        } catch (RuntimeException | Error e) {
            containers.close();
            throw e;
        }
    }

    private static LocalSandbox start(EngineContainers containers, SandboxSpec spec) {
        if (!containers.hasNetwork(spec.network())) {
            throw new NotFoundException("Could not start a sandbox: the Docker engine at " + containers.host()
                    + " has no network " + spec.network() + ". docker network ls lists those that it has");
        }
        String name = spec.name().orElseGet(() -> "sandbox-" + UUID.randomUUID());
        String id = create(containers, container(spec, name));
        try {
            begin(containers, id, name);
            LocalSandbox sandbox = new LocalSandbox(containers, id, name);
            new ReadinessWait(containers, sandbox, spec).await();
            return sandbox;
        } catch (RuntimeException | Error e) {
            // An interrupted thread could not ask the engine for anything.
            boolean interrupted = Thread.interrupted();
            remove(containers, id, e);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            throw e;
        }
    }

    /** An engine that has begun to make a container makes it also when nobody waits: so its answer is waited for all the same. */
    private static String create(EngineContainers containers, ContainerSpec container) {
        CompletableFuture<String> made = new CompletableFuture<>();
        DaemonThreads.start("sandbox-image-create", () -> {
            try {
                made.complete(containers.create(container));
            } catch (RuntimeException | Error e) {
                made.completeExceptionally(e);
            }
        });
        try {
            return made.get();
        } catch (InterruptedException e) {
            removeOnceMade(containers, made);
            throw CancelledException.interrupted("starting a sandbox", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause(); // The work throws nothing else.
        }
    }

    private static void removeOnceMade(EngineContainers containers, CompletableFuture<String> made) {
        try {
            containers.remove(made.get(CREATION.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException | SandboxImageException e) {
            LOG.debug("What was made of a sandbox that was not wanted any more is left to be reaped", e);
        }
    }

    private static void begin(EngineContainers containers, String id, String name) {
        try {
            containers.start(id, name);
        } catch (SandboxImageException e) {
            String text = String.valueOf(e.getMessage());
            if (text.contains("address already in use") || text.contains("port is already allocated")) {
                throw new ConflictException(
                        text + ". Choose another port, or 0 for a free one",
                        e,
                        e.remote().orElse(null));
            }
            throw e;
        }
    }

    private static void remove(EngineContainers containers, String id, Throwable failure) {
        try {
            containers.remove(id);
        } catch (SandboxImageException left) {
            failure.addSuppressed(left);
        }
    }

    private static ContainerSpec container(SandboxSpec spec, String name) {
        Map<String, String> environment = new LinkedHashMap<>();
        List<ContainerSpec.Mount> mounts = new ArrayList<>();
        spec.checkout().ifPresent(checkout -> {
            environment.putAll(checkout.hostEnvironment());
            mounts.add(readOnly(checkout.root().toString(), GitCheckout.ROOT_IN_SANDBOX));
            mounts.add(readOnly(checkout.gitDirectory().toString(), GitCheckout.GIT_DIRECTORY_IN_SANDBOX));
            mounts.add(readOnly(checkout.commonDirectory().toString(), GitCheckout.COMMON_DIRECTORY_IN_SANDBOX));
        });
        environment.putAll(spec.environment());
        spec.stores().forEach((path, volume) -> mounts.add(new ContainerSpec.Mount(true, volume, path, false)));
        List<ContainerSpec.Port> ports = new ArrayList<>();
        spec.ports().forEach((inside, outside) -> ports.add(new ContainerSpec.Port(LOOPBACK, outside, inside)));
        return new ContainerSpec(
                spec.image(),
                name,
                spec.command(),
                Optional.empty(),
                environment,
                SandboxLabels.of(spec, Instant.now()),
                mounts,
                ports,
                false,
                spec.network(),
                "no",
                "",
                "");
    }

    private static ContainerSpec.Mount readOnly(String source, String target) {
        return new ContainerSpec.Mount(false, source, target, true);
    }
}
