package io.sandboximage.depot.build;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.auth.DepotAccess;
import io.sandboximage.depot.auth.TokenProvider;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.depot.DepotSolve;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** Depot on this machine, for one test class: the emulator, a watched machine, a registry that wants a password. */
final class DepotLab implements AutoCloseable {
    static final String TOKEN = "organization-token-secret";
    static final String PROJECT = "prj1";
    private static final String REGISTRY_USER = "x-token";
    /** Any token of the organization is good for Depot's registry. */
    private static final String REGISTRY_PASSWORD = TOKEN;

    final DepotEmulator emulator;
    final DepotMachine machine;
    final RegistryProcess registry;
    final Path folder;

    private DepotLab(Path folder, DepotEmulator emulator, DepotMachine machine, RegistryProcess registry) {
        this.folder = folder;
        this.emulator = emulator;
        this.machine = machine;
        this.registry = registry;
    }

    static DepotLab start(Path folder) {
        DepotMachine machine = DepotMachine.startWatched(directory(folder, "machine"));
        RegistryProcess registry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, directory(folder, "registry"), REGISTRY_USER, REGISTRY_PASSWORD);
        DepotEmulator emulator = DepotEmulator.start()
                .token(TOKEN)
                .project(PROJECT, "demo")
                .pending(1, Duration.ofMillis(50))
                .registry(new DepotBackingRegistry(registry.address(), REGISTRY_USER, REGISTRY_PASSWORD))
                .machine(Platform.LINUX_AMD64, machine);
        return new DepotLab(folder, emulator, machine, registry);
    }

    /** A context whose image has {@code layers} layers, the last of which holds {@code text}. */
    Path context(String name, int layers, String text) throws IOException {
        Path context = directory(folder, name);
        StringBuilder dockerfile = new StringBuilder("FROM scratch\n");
        for (int i = 1; i < layers; i++) {
            Files.writeString(context.resolve("file" + i), name + i);
            dockerfile.append("COPY file").append(i).append(" /\n");
        }
        Files.writeString(context.resolve("last"), text);
        Files.writeString(context.resolve("Dockerfile"), dockerfile.append("COPY last /\n"));
        return context;
    }

    DepotAccess access() {
        return DepotAccess.of(TokenProvider.of(TOKEN)).at(emulator.url());
    }

    CredentialProvider credentials() {
        return CredentialProvider.of(registry.address(), Credentials.basic(REGISTRY_USER, REGISTRY_PASSWORD));
    }

    /** The same for programs that read Docker's configuration. */
    void writeDockerConfig(Path directory) throws IOException {
        String pair = REGISTRY_USER + ":" + REGISTRY_PASSWORD;
        String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        Files.createDirectories(directory);
        Files.writeString(
                directory.resolve("config.json"),
                "{\"auths\":{\"" + registry.address() + "\":{\"auth\":\"" + auth + "\"}}}");
    }

    DepotBuilder builder() {
        return DepotBuilder.of(access()).project(PROJECT).credentials(credentials());
    }

    RegistryClient registries() {
        return RegistryClient.builder().credentials(credentials()).build();
    }

    DepotBuildResult build(Path context, DepotOutput output) {
        try (DepotBuilder builder = builder()) {
            return build(builder, context, output);
        }
    }

    static DepotBuildResult build(DepotBuilder builder, Path context, DepotOutput output) {
        return builder.build(DockerfileBuild.of(context), List.of(), output, ProgressTask.silent());
    }

    DepotBuildReport last() {
        List<DepotBuildReport> builds = emulator.builds();
        return builds.get(builds.size() - 1);
    }

    DepotSolve lastSolve() {
        List<DepotSolve> solves = machine.solves();
        return solves.get(solves.size() - 1);
    }

    static Path directory(Path parent, String name) {
        try {
            return Files.createDirectories(parent.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        emulator.close();
        registry.close();
        machine.close();
    }
}
