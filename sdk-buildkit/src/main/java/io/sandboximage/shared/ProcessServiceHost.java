package io.sandboximage.shared;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.error.StorageException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.shared.internal.tls.SecretFiles;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Services as processes of this machine, which live on when this one ends. All that they have is in one folder. */
final class ProcessServiceHost implements ServiceHost {
    private static final long PATIENCE_SECONDS = 30;
    private static final int TAIL_LINES = 20;

    private final SharedSettings settings;
    private final Path folder;

    ProcessServiceHost(SharedSettings settings) {
        this.settings = settings;
        this.folder = settings.directory();
    }

    @Override
    public String program(SharedService service) {
        boolean builder = service == SharedService.BUILDKIT;
        List<String> names = builder ? List.of("buildkitd") : List.of("registry", "docker-registry", "registry-v3");
        return (builder ? settings.buildKitProgram() : settings.registryProgram())
                .or(() -> names.stream()
                        .map(ProcessServiceHost::onPath)
                        .flatMap(Optional::stream)
                        .findFirst())
                .filter(Files::isExecutable)
                .map(Path::toString)
                .orElseThrow(() -> new NotFoundException("Could not start the " + service + ": there is no "
                        + String.join(" or ", names) + " on the path. Install it, or say where it is"));
    }

    @Override
    public String configuration(SharedService service) {
        return folder.resolve("etc").resolve(service.toString()).toString();
    }

    @Override
    public String data(SharedService service) {
        return folder.resolve("data").resolve(service.toString()).toString();
    }

    @Override
    public String listenAddress(SharedService service) {
        return settings.endpoint(service).address();
    }

    @Override
    public String place(SharedService service) {
        return "";
    }

    @Override
    public OptionalLong diskBytes() {
        try {
            return OptionalLong.of(
                    Files.getFileStore(Files.createDirectories(folder)).getTotalSpace());
        } catch (IOException e) {
            throw AtomicFile.failed(folder, e);
        }
    }

    @Override
    public ServiceState find(SharedService service) {
        return ProcessRecord.read(recordFile(service))
                .map(written -> {
                    boolean running = written.process().isPresent();
                    return new ServiceState(running, written.fingerprint(), running ? "" : "its process has ended");
                })
                .orElse(ServiceState.ABSENT);
    }

    @Override
    public void start(ServicePlan plan) {
        SharedService service = plan.service();
        stop(service);
        PortCheck.free(service, settings.endpoint(service));
        Path configuration = Path.of(configuration(service));
        SecretFiles.createFolder(configuration);
        plan.files().forEach((name, text) -> SecretFiles.write(configuration.resolve(name), text));
        List<String> command = new ArrayList<>();
        // In a session of its own, a Ctrl-C in the terminal of this process does not reach it.
        onPath("setsid").ifPresent(setsid -> command.add(setsid.toString()));
        command.add(plan.program());
        command.addAll(plan.arguments());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectOutput(log(service).toFile());
        builder.environment().put("OTEL_TRACES_EXPORTER", "none");
        try {
            Files.createDirectories(Path.of(data(service)));
            ProcessRecord.of(builder.start().toHandle(), plan.fingerprint()).write(recordFile(service));
        } catch (IOException e) {
            throw new UnavailableException("Could not start " + plan + ": " + AtomicFile.reason(e), e);
        }
    }

    @Override
    public void stop(SharedService service) {
        ProcessRecord.read(recordFile(service))
                .flatMap(ProcessRecord::process)
                .ifPresent(process -> end(process, service));
        AtomicFile.removeQuietly(recordFile(service));
    }

    @Override
    public boolean tied() {
        return false;
    }

    @Override
    public String logTail(SharedService service) {
        try {
            List<String> lines = new String(Files.readAllBytes(log(service)), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public Optional<Long> registryBytes() {
        try (Stream<Path> files = Files.walk(Path.of(data(SharedService.REGISTRY)))) {
            return Optional.of(files.mapToLong(ProcessServiceHost::size).sum());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty(); // Files come and go.
        }
    }

    @Override
    public Optional<BuildKitAddress> trustedAddress() {
        return Optional.empty();
    }

    @Override
    public Optional<Boolean> registryAnswers() {
        return Optional.empty();
    }

    @Override
    public List<String> advice() {
        String registry = settings.registry().local();
        return settings.registry().locallyLoopback()
                ? List.of()
                : List.of("Docker engines refuse plain HTTP with " + registry + ": add {\"insecure-registries\": [\""
                        + registry
                        + "\"]} to their daemon.json and restart them, or let the registry listen on 127.0.0.1");
    }

    @Override
    public void removeData() {
        Path data = folder.resolve("data");
        new TemporaryDirectory(data).close();
        if (Files.exists(data)) {
            throw new StorageException("Could not remove all of " + data + ": something in it is in use, or not yours");
        }
        new TemporaryDirectory(folder.resolve("etc")).close();
        for (SharedService service : SharedService.values()) {
            AtomicFile.removeQuietly(log(service));
        }
    }

    @Override
    public void close() {}

    private static void end(ProcessHandle process, SharedService service) {
        process.destroy();
        try {
            process.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw CancelledException.interrupted("waiting for the " + service + " to end", e);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private Path recordFile(SharedService service) {
        return folder.resolve(service + ".json");
    }

    private Path log(SharedService service) {
        return folder.resolve(service + ".log");
    }

    private static Optional<Path> onPath(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static long size(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
