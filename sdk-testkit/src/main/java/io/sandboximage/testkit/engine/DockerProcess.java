package io.sandboximage.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real Docker engine with its own data, socket and containerd, for one test class; needs root. Closing ends it and its
 * containers. An engine of the machine is never touched.
 */
public final class DockerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final AtomicInteger BRIDGES = new AtomicInteger();
    /** Together the networks 10.128.0.0/24 to 10.252.255.0/24. */
    private static final int PROCESSES = 1000;

    private static final int BRIDGES_OF_A_PROCESS = 32;

    /** Which engine, and how it stores images. */
    public enum Kind {
        /** 20.10, in layers of its own. */
        V20_CLASSIC(Engine.DOCKER_20, false),
        /** 28.5, in layers of its own (overlay2). */
        V28_CLASSIC(Engine.DOCKER_28, false),
        /** 28.5, in containerd's content store. */
        V28_CONTAINERD(Engine.DOCKER_28, true);

        private final Engine engine;
        private final boolean containerdStore;

        Kind(Engine engine, boolean containerdStore) {
            this.engine = engine;
            this.containerdStore = containerdStore;
        }

        public boolean containerdStore() {
            return containerdStore;
        }
    }

    private final Kind kind;
    private final Path folder;
    private final SocketFolder socketFolder = SocketFolder.create("docker.sock");
    /** The bridge in the machine's network namespace; null if the engine has a namespace of its own. */
    private final @Nullable String bridge;

    private final List<String> more;
    private Daemon daemon;

    private DockerProcess(Kind kind, Path folder, @Nullable String bridge, List<String> more) {
        this.kind = kind;
        this.folder = folder;
        this.bridge = bridge;
        this.more = List.copyOf(more);
        write(
                folder.resolve("daemon.json"),
                "{\"features\": {\"containerd-snapshotter\": " + kind.containerdStore + "}}");
        write(
                configuration().resolve("config.json"),
                "{\"cliPluginsExtraDirs\": [\""
                        + Engine.DOCKER_28
                                .path()
                                .resolveSibling("../cli-plugins")
                                .normalize() + "\"]}");
        this.daemon = launch();
    }

    /**
     * Starts one in a network namespace of its own, where it cannot reach servers of the test, and waits until it answers.
     *
     * @param folder for its data and logs; on a file system that overlays work on
     * @param moreArguments of {@code dockerd}
     */
    public static DockerProcess start(Kind kind, Path folder, String... moreArguments) {
        return new DockerProcess(kind, folder, null, List.of(moreArguments));
    }

    /** The same in the machine's network namespace, so that it can pull from registries of the test. */
    public static DockerProcess startOnHostNetwork(Kind kind, Path folder, String... moreArguments) {
        // Of its own name, and never "none": with that, dockerd deletes the bridge of the machine's engine.
        int number = BRIDGES.incrementAndGet();
        long pid = ProcessHandle.current().pid();
        String bridge = "sbx" + pid % 100_000 + "-" + number;
        // Test processes run side by side: each takes other networks.
        long network = pid % PROCESSES * BRIDGES_OF_A_PROCESS + number % BRIDGES_OF_A_PROCESS;
        Command.of("ip", "link", "add", bridge, "type", "bridge").run().orFail();
        Command.of("ip", "address", "add", "10." + (128 + network / 256) + "." + network % 256 + ".1/24", "dev", bridge)
                .run()
                .orFail();
        try {
            return new DockerProcess(kind, folder, bridge, List.of(moreArguments));
        } catch (RuntimeException | Error e) {
            Command.of("ip", "link", "delete", bridge).run();
            throw e;
        }
    }

    public Kind kind() {
        return kind;
    }

    /** Where it listens, {@code unix://…}, as {@code DOCKER_HOST} takes it. */
    public String address() {
        return "unix://" + socket();
    }

    public Path socket() {
        return socketFolder.socket();
    }

    public Daemon daemon() {
        return daemon;
    }

    /** The configuration of Docker's command line, {@code DOCKER_CONFIG}, by which it finds its plugins. */
    public Path configuration() {
        return folder.resolve("client");
    }

    /** Runs Docker's own command line against it; {@code buildx} and {@code compose} are there. */
    public Command docker(Object... arguments) {
        return Command.of(Engine.DOCKER_CLI.path())
                .env("DOCKER_HOST", address())
                .env("DOCKER_CONFIG", configuration().toString())
                .with(arguments);
    }

    /** Ends it at once, as a crash would. */
    public void kill() {
        kill(dockerd());
        kill(containerd());
        daemon.close();
    }

    /** Starts it again with the same data, after ending it properly if it still runs. */
    public void restart() {
        stop();
        daemon = launch();
    }

    @Override
    public void close() {
        stop();
        if (bridge != null) {
            Command.of("ip", "link", "delete", bridge).run();
        }
        Mounts.unmountBelow(folder);
        socketFolder.delete();
    }

    /** It stops its containers first, which it gets the time for. */
    private void stop() {
        dockerd().ifPresent(ProcessHandle::destroy);
        try {
            daemon.awaitEnd(STOP_LIMIT);
        } catch (AssertionError e) {
            kill(dockerd());
        }
        kill(containerd());
        daemon.close();
    }

    private Optional<ProcessHandle> dockerd() {
        return process(folder.resolve("docker.pid"));
    }

    private Optional<ProcessHandle> containerd() {
        return process(folder.resolve("exec").resolve("containerd").resolve("containerd.pid"));
    }

    private static Optional<ProcessHandle> process(Path file) {
        try {
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void kill(Optional<ProcessHandle> process) {
        process.ifPresent(running -> {
            running.destroyForcibly();
            running.onExit().join();
        });
    }

    private Daemon launch() {
        Path dockerd = kind.engine.path();
        List<Object> arguments = new ArrayList<>();
        if (bridge == null) {
            arguments.addAll(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "dockerd"));
        }
        arguments.addAll(List.of(
                dockerd,
                "--config-file",
                folder.resolve("daemon.json"),
                "--data-root",
                folder.resolve("data"),
                "--exec-root",
                folder.resolve("exec"),
                "--pidfile",
                folder.resolve("docker.pid"),
                "--host",
                address()));
        if (bridge != null) {
            arguments.addAll(List.of("--bridge", bridge, "--iptables=false", "--ip-forward=false"));
        }
        arguments.addAll(more);
        return Command.of(arguments.toArray())
                .env(
                        "PATH",
                        dockerd.resolveSibling(".").normalize() + ":"
                                + System.getenv().getOrDefault("PATH", "/usr/bin") + ":/usr/sbin:/sbin")
                // It would wait for services that this one is not.
                .env("NOTIFY_SOCKET", "")
                .start(folder.resolve("dockerd.log"))
                .awaitLog("API listen on " + socket(), START_LIMIT);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
