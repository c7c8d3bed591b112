package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A real buildkitd with its own root and unix socket, for one test class; needs root. Steps run with runc in the host's network
 * namespace. Closing ends it.
 */
public final class BuildKitProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Path socket;
    private final List<String> more;
    private Daemon daemon;

    private BuildKitProcess(Path folder, List<String> more) {
        this.folder = folder;
        this.more = List.copyOf(more);
        // Names of sockets are at most 107 bytes long, so it does not lie deep in the test's folder.
        this.socket = socketFolder().resolve("buildkitd.sock");
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
        return "unix://" + socket;
    }

    public Path socket() {
        return socket;
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
        unmountLeftovers();
        try {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(socket.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a killed daemon mounted would keep the test's folder from being removed. */
    private void unmountLeftovers() {
        try {
            List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                    .map(line -> line.split(" ")[1])
                    .filter(place -> place.startsWith(folder.toAbsolutePath() + "/"))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (String mount : mounts) {
                Command.of("umount", "--lazy", mount).run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
                .awaitLog("running server on " + socket, START_LIMIT);
    }

    private static Path socketFolder() {
        try {
            return Files.createTempDirectory("bk");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
