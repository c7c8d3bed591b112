package io.sandboximage.testkit.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A real buildkitd with its own root and unix socket, for one test class; needs root. Steps run with runc in the host's network
 * namespace. Closing ends it.
 */
public final class BuildKitProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final SocketFolder socketFolder = SocketFolder.create("buildkitd.sock");
    private final List<String> more;
    private Daemon daemon;

    private BuildKitProcess(Path folder, List<String> more) {
        this.folder = folder;
        this.more = List.copyOf(more);
        this.daemon = launch();
    }

    /**
     * Starts one and waits until it listens.
     *
     * @param folder for its state and log
     * @param moreArguments for instance {@code --addr} for another address
     */
    public static BuildKitProcess start(Path folder, String... moreArguments) {
        return new BuildKitProcess(folder, List.of(moreArguments));
    }

    /** Where it listens, {@code unix://…}. */
    public String address() {
        return "unix://" + socket();
    }

    public Path socket() {
        return socketFolder.socket();
    }

    public Daemon daemon() {
        return daemon;
    }

    /** Runs {@code buildctl} against it. */
    public Command buildctl(Object... arguments) {
        return Command.of("buildctl", "--addr", address()).with(arguments);
    }

    /** Ends it at once, as a crash would, whatever it is doing. */
    public void kill() {
        Optional<ProcessHandle> handle = ProcessHandle.of(daemon.pid());
        // Its steps would live on without it.
        List<ProcessHandle> steps =
                handle.stream().flatMap(ProcessHandle::descendants).toList();
        handle.ifPresent(ProcessHandle::destroyForcibly);
        handle.ifPresent(process -> process.onExit().join());
        steps.forEach(ProcessHandle::destroyForcibly);
        steps.forEach(process -> process.onExit().join());
        daemon.close();
    }

    /** Starts it again with the same state. */
    public void restart() {
        daemon.close();
        daemon = launch();
    }

    @Override
    public void close() {
        daemon.close();
        Mounts.unmountBelow(folder);
        socketFolder.delete();
    }

    private Daemon launch() {
        List<Object> arguments = new ArrayList<>(List.of(
                "buildkitd",
                "--root",
                folder.resolve("state"),
                "--addr",
                address(),
                "--oci-worker=true",
                "--containerd-worker=false",
                "--oci-worker-net=host",
                "--allow-insecure-entitlement=network.host"));
        arguments.addAll(more);
        return Command.of(arguments.toArray())
                .start(folder.resolve("buildkitd.log"))
                .awaitLog("running server on " + socket(), START_LIMIT);
    }
}
