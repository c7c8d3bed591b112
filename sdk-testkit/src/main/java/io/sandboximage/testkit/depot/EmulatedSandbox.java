package io.sandboximage.testkit.depot;

import io.sandboximage.depot.internal.proto.sandbox.CreateSandboxRequest;
import io.sandboximage.depot.internal.proto.sandbox.Sandbox;
import io.sandboximage.depot.internal.proto.sandbox.SandboxStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A sandbox with a folder for its root and the processes that run in it. Thread-safe. */
final class EmulatedSandbox {
    final String id;
    final Path root;
    final Map<String, String> environment;
    private final List<Path> mounts;
    private final Sandbox first;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<SandboxProcess> processes = ConcurrentHashMap.newKeySet();
    private final List<String> commands = new CopyOnWriteArrayList<>();
    private SandboxStatus status = SandboxStatus.SANDBOX_STATUS_ASSIGNED;
    private int pollsUntilRunning;
    private @Nullable Duration timeout;
    private @Nullable Instant expiresAt;
    private @Nullable Instant stoppedAt;
    private String message = "";

    EmulatedSandbox(String id, Path root, List<Path> mounts, CreateSandboxRequest request, int pollsUntilRunning) {
        this.id = id;
        this.root = root;
        this.mounts = mounts;
        this.environment = Map.copyOf(request.getEnvMap());
        this.pollsUntilRunning = pollsUntilRunning;
        Sandbox.Builder described = Sandbox.newBuilder()
                .setSandboxId(id)
                .setOrganizationId(EmulatorState.ORGANIZATION)
                .setCreatedAt(BuildEndpoint.time(Instant.now()))
                .setResources(request.getResources())
                .setRuntime(request.getRuntime())
                .putAllEnv(request.getEnvMap());
        if (request.hasName()) {
            described.setName(request.getName());
        }
        this.first = described.build();
        if (pollsUntilRunning <= 0) {
            status = SandboxStatus.SANDBOX_STATUS_RUNNING;
        }
    }

    /** @param look whether this is a look at it, which brings it nearer to running */
    Sandbox describe(boolean look) {
        lock.lock();
        try {
            if (look && status == SandboxStatus.SANDBOX_STATUS_ASSIGNED && --pollsUntilRunning <= 0) {
                status = SandboxStatus.SANDBOX_STATUS_RUNNING;
            }
            Sandbox.Builder described = first.toBuilder().setStatus(status);
            if (status != SandboxStatus.SANDBOX_STATUS_ASSIGNED) {
                described.setStartedAt(first.getCreatedAt());
            }
            if (expiresAt != null) {
                described.setExpiresAt(BuildEndpoint.time(expiresAt));
            }
            if (stoppedAt != null) {
                described.setStoppedAt(BuildEndpoint.time(stoppedAt));
            }
            if (!message.isEmpty()) {
                described.setErrorMessage(message);
            }
            return described.build();
        } finally {
            lock.unlock();
        }
    }

    DepotSandboxReport report() {
        lock.lock();
        try {
            return new DepotSandboxReport(
                    id,
                    status.name().substring("SANDBOX_STATUS_".length()),
                    Optional.ofNullable(timeout),
                    commands,
                    (int) processes.stream().filter(SandboxProcess::running).count());
        } finally {
            lock.unlock();
        }
    }

    void expires(Duration newTimeout, Instant at) {
        lock.lock();
        try {
            timeout = newTimeout;
            expiresAt = at;
        } finally {
            lock.unlock();
        }
    }

    boolean expired() {
        lock.lock();
        try {
            return expiresAt != null && !Instant.now().isBefore(expiresAt);
        } finally {
            lock.unlock();
        }
    }

    void requireRunning() {
        lock.lock();
        try {
            if (status != SandboxStatus.SANDBOX_STATUS_RUNNING) {
                throw new RpcFault("failed_precondition", "sandbox is not running");
            }
        } finally {
            lock.unlock();
        }
    }

    SandboxProcess start(Map<String, String> variables, String directory, List<String> command) {
        lock.lock();
        try {
            requireRunning();
            commands.add(String.join(" ", command));
            SandboxProcess process = SandboxProcess.start(root, mounts, variables, directory, command);
            processes.add(process);
            return process;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it and all that runs in it. */
    void end(SandboxStatus how, String why) {
        lock.lock();
        try {
            if (status != SandboxStatus.SANDBOX_STATUS_RUNNING && status != SandboxStatus.SANDBOX_STATUS_ASSIGNED) {
                throw new RpcFault("failed_precondition", "sandbox has already ended");
            }
            status = how;
            message = why;
            stoppedAt = Instant.now();
        } finally {
            lock.unlock();
        }
        processes.forEach(SandboxProcess::kill);
        processes.forEach(SandboxProcess::awaitEnd);
    }

    boolean ended() {
        return report().gone();
    }
}
