package io.sandboximage.sandbox;

import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.internal.container.ContainerExec;
import io.sandboximage.docker.internal.container.ContainerState;
import io.sandboximage.docker.internal.container.EngineContainers;
import io.sandboximage.error.NotFoundException;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sandbox on a Docker engine: a container of an image to try it in. {@link SandboxSpec} starts one. Closing removes it; what a
 * crashed process left is found by its labels and removed by {@link #reap}. Thread-safe.
 */
public final class LocalSandbox implements AutoCloseable {
    private final EngineContainers containers;
    private final String id;
    private final String name;

    LocalSandbox(EngineContainers containers, String id, String name) {
        this.containers = containers;
        this.id = id;
        this.name = name;
    }

    /**
     * A sandbox that was started before, perhaps by another process. Closing removes this one too.
     *
     * @throws NotFoundException if there is none; containers that are no sandboxes are not found
     */
    public static LocalSandbox find(DockerHost engine, String nameOrId) {
        EngineContainers containers = new EngineContainers(engine);
        try {
            ContainerState found = containers
                    .find(nameOrId)
                    .filter(state -> SandboxLabels.isSandbox(state.labels()))
                    .orElseThrow(() ->
                            new NotFoundException("The Docker engine at " + engine + " has no sandbox " + nameOrId));
            return new LocalSandbox(containers, found.id(), found.name());
        } catch (RuntimeException | Error e) {
            containers.close();
            throw e;
        }
    }

    /** All sandboxes of an engine, whoever started them. */
    public static List<SandboxInfo> list(DockerHost engine) {
        try (EngineContainers containers = new EngineContainers(engine)) {
            return states(containers).stream()
                    .map(state -> new SandboxInfo(
                            state.name(),
                            state.id(),
                            state.image(),
                            state.running(),
                            SandboxLabels.expiry(state.labels())))
                    .toList();
        }
    }

    /**
     * Removes sandboxes that nobody needs any more: whose lifetime is over, or that belong to a process of this machine that has
     * ended.
     *
     * @return their names
     */
    public static List<String> reap(DockerHost engine) {
        List<String> removed = new ArrayList<>();
        try (EngineContainers containers = new EngineContainers(engine)) {
            Instant now = Instant.now();
            for (ContainerState state : states(containers)) {
                if (SandboxLabels.left(state.labels(), now)) {
                    containers.remove(state.id());
                    removed.add(state.name());
                }
            }
        }
        return removed;
    }

    /** Of the container. */
    public String name() {
        return name;
    }

    /** Of the container. */
    public String id() {
        return id;
    }

    /** Whether its command still runs. */
    public boolean running() {
        return containers.find(id).map(ContainerState::running).orElse(false);
    }

    /**
     * Where a published port is reached from here, {@code host:port}.
     *
     * @throws NotFoundException if the port is not published, or the sandbox does not run
     */
    public String address(int port) {
        return containers
                .find(id)
                .flatMap(state -> SandboxAddress.of(containers.host(), state, port))
                .orElseThrow(() -> new NotFoundException("The sandbox " + name + " does not publish a port " + port
                        + ", or does not run: publish it when the sandbox is started"));
    }

    /** Runs a program to its end and keeps what it writes; for outputs that fit into memory. */
    public ExecResult exec(String... command) {
        return exec(ExecRequest.of(command));
    }

    /** The same with all that there is to say of a program. */
    public ExecResult exec(ExecRequest request) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int code = exec(request, output, errors);
        return new ExecResult(code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    /**
     * Runs a program to its end. There is no terminal. When this thread is interrupted, or the time is over, the program is killed
     * with all that it started; that takes a shell and {@code cat} in the image, or the right to kill it from here.
     *
     * @param output flushed whenever something comes; not closed
     * @return the exit code; 127 or 126, as of a shell, where there is no such program or it cannot be run
     * @throws io.sandboximage.error.ConflictException if the sandbox does not run
     * @throws io.sandboximage.error.DeadlineExceededException if it took longer than its limit
     */
    public int exec(ExecRequest request, OutputStream output, OutputStream errors) {
        ContainerExec.Program program = new ContainerExec.Program(
                request.command(), request.environment(), request.workingDirectory(), request.user(), request.limit());
        return new ContainerExec(containers, id, program).run(request.input(), output, errors);
    }

    /**
     * Copies what the sandbox's own command wrote.
     *
     * @param follow goes on until it ends
     */
    public void logs(boolean follow, OutputStream output, OutputStream errors) {
        containers.logs(id, -1, follow, output, errors);
    }

    /** Waits until the sandbox's own command has ended, and gives its exit code. */
    public int await() {
        return containers.await(id);
    }

    /** Asks it to end, and kills it after a while; its files stay until it is closed. */
    public void stop(Duration patience) {
        containers.stop(id, patience);
    }

    /** Kills and removes it; its stores stay. Also where it is gone already. */
    public void remove() {
        containers.remove(id);
    }

    /** Lets go of it without removing it; this object is of no use afterwards. */
    public void release() {
        containers.close();
    }

    /** Removes it, also on an interrupted thread. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            remove();
        } finally {
            containers.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<ContainerState> states(EngineContainers containers) {
        return containers.withLabel(SandboxLabels.SANDBOX).stream()
                .map(containers::find)
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public String toString() {
        return "sandbox " + name + " at " + containers.host();
    }
}
