package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Platform;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY})
class DepotBuildCommandIT {
    private static final String TOKEN = "organization-token-secret";

    @TempDir
    static Path folder;

    private static DepotMachine machine;
    private static RegistryProcess registry;
    private static DepotEmulator emulator;
    private static Path context;

    @BeforeAll
    static void start() throws IOException {
        machine = DepotMachine.start(Files.createDirectory(folder.resolve("machine")));
        registry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")), "x-token", TOKEN);
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .pending(0, Duration.ZERO)
                .registry(new DepotBackingRegistry(registry.address(), "x-token", TOKEN))
                .machine(Platform.LINUX_AMD64, machine);
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "ARG X\nFROM scratch\nCOPY Dockerfile /in-image\n");
    }

    @AfterAll
    static void stop() {
        emulator.close();
        registry.close();
        machine.close();
    }

    @Test
    void savesUnderItsTagsAndTellsWhere() throws IOException {
        Path metadata = folder.resolve("metadata.json");
        CommandLineRun run =
                build("--project", "prj1", "--save-tag", "kept", "--metadata-file", metadata.toString(), "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"builder\": \"depot\"", "\"buildId\"", "/prj1:kept\"", "\"digest\"");
        assertThat(run.err()).doesNotContain(TOKEN);
        assertThat(metadata).content().contains("\"depot.build\"", "\"projectID\":\"prj1\"");
        assertThat(last().outcomes()).containsExactly("success");
    }

    @Test
    void takesTheProjectOfTheContext() throws IOException {
        Path file = Files.writeString(context.resolve("depot.json"), "{\"id\":\"prj1\"}");
        Path out = folder.resolve("out");
        CommandLineRun run = build("-o", out.toString());
        Files.delete(file);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(out.resolve("in-image")).exists();
    }

    @Test
    void aPipelineBuildsThereAndBringsTheImageHere() {
        Path ext4 = folder.resolve("pipeline.ext4");
        Path registered = folder.resolve("registered.ext4");
        CommandLineRun run = run(List.of(
                "pipeline",
                "--builder",
                "depot",
                "--token",
                TOKEN,
                "--project",
                "prj1",
                "--ext4",
                ext4.toString(),
                "--depot-snapshot",
                "kept,unpack=here,file=" + registered,
                "--json",
                context.toString()));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("with depot ", "\"registeredBy\": \"file\"");
        assertThat(run.err() + run.out()).doesNotContain(TOKEN);
        assertThat(ext4).exists();
        assertThat(registered).exists();
        assertThat(last().outcomes()).containsExactly("success");
    }

    @Test
    void refusesWhatDoesNotBelongTogether() {
        assertThat(build("--project", "other").err()).contains("Project not found");
        CommandLineRun elsewhere = run(List.of("build", "--save", context.toString()));
        assertThat(elsewhere.code()).isEqualTo(1);
        assertThat(elsewhere.err()).contains("--builder depot");
    }

    private static CommandLineRun build(String... words) {
        List<String> all = new ArrayList<>(List.of("build", "--builder", "depot", "--token", TOKEN));
        all.addAll(List.of(words));
        all.add(context.toString());
        return run(all);
    }

    private static CommandLineRun run(List<String> words) {
        return CommandLineRun.of(
                new byte[0], Map.of("DEPOT_API_URL", emulator.url().toString()), words.toArray(new String[0]));
    }

    private static DepotBuildReport last() {
        List<DepotBuildReport> builds = emulator.builds();
        return builds.get(builds.size() - 1);
    }
}
