package io.sandboximage.docker.golden;

import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.ImageStoreKind;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.DeadlineExceededException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A running engine on some data root. Closing ends it, its containerd and its containers, by force if need be. */
public final class EngineRun implements AutoCloseable {
    private static final long POLL_MILLIS = 10;
    private static final int MAX_LOG = 4000;

    /**
     * Runs the engine, and ends it when this process is gone, however it went: then a pipe ends that it holds. Nobody else would end the
     * engine, nor dare to touch the data that it uses. Its containerd ends with it.
     */
    private static final String SCRIPT = """
        ip link set lo up || exit
        folder=$1; shift
        exec 3<&0
        "$@" </dev/null 3<&- &
        engine=$!
        trap 'kill -TERM $engine' TERM
        (
          read -r _ <&3
          kill -KILL $$ $engine
          umount -l "$folder"/exec/netns/* 2>/dev/null
          rm -rf --one-file-system "$folder"
        ) &
        while kill -0 $engine 2>/dev/null; do wait $engine; done
        kill -KILL $!
        """;

    private final GoldenEngine settings;
    private final Path dataRoot;
    private final TemporaryDirectory folder;
    private final Process process;
    private final DockerEngine engine;

    private EngineRun(GoldenEngine settings, Path dataRoot, TemporaryDirectory folder, Process process) {
        this.settings = settings;
        this.dataRoot = dataRoot;
        this.folder = folder;
        this.process = process;
        this.engine = DockerEngine.at(DockerHost.unix(socket(folder)));
    }

    static EngineRun start(GoldenEngine settings, Path dataRoot) {
        TemporaryDirectory folder = TemporaryDirectory.create("engine");
        boolean done = false;
        try {
            EngineRun run = new EngineRun(settings, dataRoot, folder, launch(settings, dataRoot, folder.path()));
            try {
                run.awaitAnswer();
                done = true;
                return run;
            } finally {
                if (!done) {
                    run.close();
                }
            }
        } finally {
            if (!done) {
                folder.close();
            }
        }
    }

    public DockerEngine engine() {
        return engine;
    }

    /** As {@code DOCKER_HOST} takes it. */
    public String address() {
        return "unix://" + socket(folder);
    }

    /**
     * Asks it to end, and waits until it and its containerd have: only then its data is whole.
     *
     * @throws DeadlineExceededException if it does not end in time; its data is not to be published then
     */
    public void stop() {
        Optional<ProcessHandle> containerd = containerd();
        // Not by the process itself, which would also close the pipe that keeps the engine alive.
        process.toHandle().destroy();
        try {
            boolean ended = process.waitFor(settings.stopLimit().toMillis(), TimeUnit.MILLISECONDS);
            long deadline = System.nanoTime() + settings.stopLimit().toNanos();
            while (ended && containerd.filter(ProcessHandle::isAlive).isPresent()) {
                ended = System.nanoTime() < deadline;
                Thread.sleep(POLL_MILLIS);
            }
            if (!ended) {
                throw new DeadlineExceededException(
                        "The engine on " + dataRoot + " did not end within " + settings.stopLimit()
                                + " after it was asked to; its data may be torn",
                        settings.stopLimit());
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the end of the engine on " + dataRoot, e);
        }
    }

    @Override
    public void close() {
        engine.close();
        Optional<ProcessHandle> containerd = containerd();
        kill(process.toHandle());
        containerd.ifPresent(EngineRun::kill);
        folder.close();
    }

    private static void kill(ProcessHandle running) {
        List<ProcessHandle> descendants = running.descendants().toList();
        running.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        running.onExit().join();
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        try {
            // Asking a socket that is not there costs nothing; dockerd makes it when it is ready.
            while (!Files.exists(socket(folder)) || !engine.answers()) {
                if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new UnavailableException("The engine did not start on " + dataRoot + ": " + log());
                }
                if (System.nanoTime() > deadline) {
                    Duration limit = settings.startLimit();
                    throw new DeadlineExceededException(
                            "The engine on " + dataRoot + " did not answer within " + limit + ": " + log(), limit);
                }
            }
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the engine on " + dataRoot, e);
        }
    }

    private Optional<ProcessHandle> containerd() {
        try {
            Path file = folder.path().resolve("exec/containerd/containerd.pid");
            return Files.exists(file)
                    ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty(); // It just ended.
        }
    }

    private String log() {
        try {
            String log = Files.readString(log(folder.path()), StandardCharsets.ISO_8859_1);
            return log.substring(Math.max(0, log.length() - MAX_LOG));
        } catch (IOException e) {
            return "its log cannot be read: " + AtomicFile.reason(e);
        }
    }

    private static Process launch(GoldenEngine settings, Path dataRoot, Path folder) {
        Path configuration = folder.resolve("daemon.json");
        boolean containerd = settings.store() == ImageStoreKind.CONTAINERD;
        AtomicFile.write(configuration, Json.write(Map.of("features", Map.of("containerd-snapshotter", containerd))));
        List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "sh", "-c", SCRIPT, "dockerd", folder.toString()));
        command.addAll(List.of(
                settings.dockerd().toString(),
                "--config-file=" + configuration,
                "--data-root=" + dataRoot,
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("docker.pid"),
                "--host=unix://" + folder.resolve("docker.sock")));
        if (!containerd) {
            // On btrfs it would take a driver of its own.
            command.add("--storage-driver=overlay2");
        }
        command.addAll(settings.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log(folder).toFile()));
        Path beside = settings.dockerd().toAbsolutePath().getParent();
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin";
        builder.environment().put("PATH", beside == null ? path : beside + ":" + path);
        // It would report to the service manager of another.
        builder.environment().remove("NOTIFY_SOCKET");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NotFoundException(
                    "Could not start " + settings.dockerd() + " on " + dataRoot + ": " + AtomicFile.reason(e)
                            + ". Install util-linux, iproute2 and Docker's engine",
                    e);
        }
    }

    private static Path socket(TemporaryDirectory folder) {
        return folder.path().resolve("docker.sock");
    }

    private static Path log(Path folder) {
        return folder.resolve("dockerd.log");
    }
}
