package io.sandboximage.depot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotBuildReport;
import io.sandboximage.testkit.depot.DepotCall;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.EngineSearch;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vendor's own command line against the emulator: what it accepts, our client may rely on. */
@RequiresEngine({Engine.DEPOT_CLI, Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY})
class DepotCliIT {
    private static final String TOKEN = "organization-token";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static DepotEmulator emulator;
    private static DepotMachine machine;
    private static RegistryProcess registry;
    private static Path program;
    private static Path context;
    private Path home;

    @BeforeAll
    static void start() throws IOException {
        program = Engine.DEPOT_CLI.find(EngineSearch.ofMachine()).orElseThrow();
        machine = DepotMachine.start(Files.createDirectory(folder.resolve("machine")));
        registry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, Files.createDirectory(folder.resolve("registry")), "x-token", "pull-token");
        emulator = DepotEmulator.start()
                .token(TOKEN)
                .project("prj1", "demo")
                .registry(new DepotBackingRegistry(registry.address(), "x-token", "pull-token"))
                .machine(Platform.LINUX_AMD64, machine)
                .image("prj1", "one", Digest.sha256("1".getBytes(StandardCharsets.UTF_8)), 10, Instant.EPOCH)
                .image("prj1", "two", Digest.sha256("2".getBytes(StandardCharsets.UTF_8)), 20, Instant.EPOCH);
        context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY Dockerfile /in-image\n");
    }

    @AfterAll
    static void stop() {
        emulator.close();
        registry.close();
        machine.close();
    }

    @BeforeEach
    void makeHome() throws IOException {
        home = Files.createTempDirectory(folder, "home");
    }

    @Test
    void listsProjectsAndBuilds() {
        assertThat(depot("list", "projects", "--output", "json").orFail().output())
                .contains("prj1", "demo");
        assertThat(depot("list", "builds", "--project", "prj1", "--output", "json")
                        .orFail()
                        .output())
                .startsWith("[");
    }

    @Test
    void createsReadsAndChangesProjects() {
        String created = depot("projects", "create", "fresh").orFail().output();
        assertThat(created).contains("\"name\":\"fresh\"");
        String id = created.replaceAll("(?s).*\"project_id\":\"([^\"]+)\".*", "$1");
        assertThat(depot("projects", "get", id, "-o", "json").orFail().output()).contains("fresh");
        depot("projects", "update", id, "--name", "renamed").orFail();
        assertThat(depot("projects", "get", id, "-o", "json").orFail().output()).contains("renamed");
        depot("projects", "delete", "-p", id, "-y").orFail();
        assertThat(depot("projects", "get", id, "-o", "json").output() + depotErrors("projects", "get", id))
                .contains("not_found: Project not found");
    }

    @Test
    void listsAndRemovesImages() {
        assertThat(depot("image", "list", "--project", "prj1", "--output", "json")
                        .orFail()
                        .output())
                .contains("one");
        depot("image", "rm", "two", "--project", "prj1").orFail();
        assertThat(depot("image", "list", "--project", "prj1", "--output", "json")
                        .orFail()
                        .output())
                .doesNotContain("two");
    }

    @Test
    void getsPullTokensResetsCachesAndRunsCommands() {
        assertThat(depot("pull-token", "--project", "prj1").orFail().output()).contains("pull-token");
        assertThat(depot("cache", "reset", "--project", "prj1").orFail().output())
                .contains("Cache reset for demo (Acme)");
        assertThat(depot("sandbox", "exec", "--sandbox-id", "s", "--session-id", "t", "--", "echo", "hello")
                        .orFail()
                        .output())
                .contains("hello");
        assertThat(depot("sandbox", "exec", "--sandbox-id", "s", "--session-id", "t", "--", "sh", "-c", "exit 7")
                        .exitCode())
                .isEqualTo(7);
    }

    @Test
    void logsInByDeviceAndIsAnOrganizationMemberThen() {
        CommandResult login = command("login", "--quiet", "--org-id", "org1234567")
                .env("DEPOT_TOKEN", "")
                .run();
        assertThat(login.orFail().output() + login.errors()).contains("Successfully authenticated");
        assertThat(command("org", "list", "--output", "json").run().orFail().output())
                .contains("org1234567", "Acme");
    }

    @Test
    void refusesUnknownTokensAndPagesOfProxies() {
        CommandResult refused =
                command("list", "projects").env("DEPOT_TOKEN", "wrong").run();
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.errors()).contains("unauthenticated: Invalid token");
        emulator.answerNext("ListProjects", 502, "<html>bad gateway</html>");
        assertThat(depotErrors("list", "projects")).contains("unavailable: 502 Bad Gateway");
    }

    @Test
    void buildsIntoAFolder() {
        Path out = home.resolve("out");
        depot("build", "--project", "prj1", "-o", "type=local,dest=" + out, context)
                .orFail();
        assertThat(out.resolve("in-image")).exists();
        assertThat(last().outcomes()).containsExactly("success");
        assertThat(last().statusMessages()).isPositive();
        assertThat(last().healthReports()).containsKey("linux/amd64");
    }

    @Test
    void savesAndTellsWhereTo() {
        depot("build", "--project", "prj1", "--save", "--save-tag", "kept", context)
                .orFail();
        assertThat(last().outcomes()).containsExactly("success");
        assertThat(registry.storage().resolve("docker/registry/v2/repositories/prj1/_manifests/tags"))
                .isDirectoryContaining(tag -> tag.endsWith("kept"))
                .isDirectoryContaining(tag -> tag.endsWith(last().id()));
    }

    @Test
    void bakes() throws IOException {
        Path bake = context.resolve("docker-bake.hcl");
        Files.writeString(bake, """
            group "default" { targets = ["a", "b"] }
            target "a" { dockerfile = "Dockerfile" }
            target "b" { dockerfile = "Dockerfile" }
            """);
        command("bake", "--project", "prj1", "-f", bake, "--save")
                .in(context)
                .run()
                .orFail();
        assertThat(last().outcomes()).containsExactly("success");
    }

    @Test
    void tellsOfFailedBuilds() throws IOException {
        Path broken = Files.createDirectory(home.resolve("broken"));
        Files.writeString(broken.resolve("Dockerfile"), "FROM scratch\nCOPY missing /\n");
        assertThat(depot("build", "--project", "prj1", broken).exitCode()).isEqualTo(1);
        assertThat(last().outcomes()).singleElement().asString().startsWith("error: ");
    }

    @Test
    void cancelsOnInterrupt() {
        int polls = emulator.calls("GetBuildKitConnection").size();
        emulator.pending(Integer.MAX_VALUE, Duration.ofMillis(50));
        try (Daemon build = command("build", "--project", "prj1", context).start(home.resolve("log"))) {
            build.await(
                    "asking for a machine",
                    LIMIT,
                    () -> emulator.calls("GetBuildKitConnection").size() > polls + 1);
            Command.of("kill", "-INT", Long.toString(build.pid())).run().orFail();
            build.awaitEnd(LIMIT);
        } finally {
            emulator.pending(2, Duration.ofMillis(50));
        }
        assertThat(last().outcomes()).containsExactly("canceled");
    }

    @Test
    void speaksConnectToTheServiceAndGrpcToSandboxes() {
        depot("list", "projects").orFail();
        depot("sandbox", "exec", "--sandbox-id", "s", "--session-id", "t", "--", "true")
                .orFail();
        assertThat(emulator.calls("ListProjects"))
                .extracting(DepotCall::protocol)
                .containsOnly("application/proto");
        assertThat(emulator.calls("RemoteExec")).extracting(DepotCall::protocol).containsOnly("application/grpc");
    }

    private static DepotBuildReport last() {
        List<DepotBuildReport> builds = emulator.builds();
        return builds.get(builds.size() - 1);
    }

    private CommandResult depot(Object... arguments) {
        return command(arguments).run();
    }

    private String depotErrors(Object... arguments) {
        return depot(arguments).errors();
    }

    private Command command(Object... arguments) {
        return Command.of(program)
                .with(arguments)
                .env("DEPOT_API_URL", emulator.url().toString())
                .env("DEPOT_EXEC_URL", emulator.url().toString())
                .env("DEPOT_TOKEN", TOKEN)
                .env("DEPOT_BUILD_PLATFORM", "linux/amd64")
                .env("HOME", home.toString())
                .env("XDG_CONFIG_HOME", home.resolve("config").toString())
                .env("DOCKER_CONFIG", home.resolve("docker").toString())
                .env("DEPOT_NO_UPDATE_NOTIFIER", "1")
                .env("DEPOT_ERROR_TELEMETRY", "0")
                .env("DEPOT_NO_SUMMARY_LINK", "1")
                .env("DEPOT_DISABLE_OTEL", "1");
    }
}
