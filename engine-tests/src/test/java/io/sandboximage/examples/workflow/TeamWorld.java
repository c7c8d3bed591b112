package io.sandboximage.examples.workflow;

import io.sandboximage.image.Platform;
import io.sandboximage.pipeline.DopplerServer;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.RobotAccounts;
import io.sandboximage.testkit.daytona.RobotTokenServer;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.depot.DepotBackingRegistry;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotMachine;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RegistryProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

/** What a team has: a builder, an engine, a registry that gives tokens as GHCR does, Depot, Daytona and Doppler. */
final class TeamWorld implements AutoCloseable {
    static final String PROJECT = "prj1";

    private static final String DEPOT_TOKEN = "organization-token";
    private static final Duration TIME_PER_REQUEST = Duration.ofSeconds(3);

    final BuildKitProcess buildKit;
    final DockerProcess docker;
    final RegistryProcess ghcr;
    final RegistryProcess depotRegistry;
    final DepotEmulator depot;
    final DepotSandboxHost sandboxes;
    final DaytonaEmulator daytona;
    final DopplerServer doppler;
    private final DepotMachine machine;
    private final RobotTokenServer tokens;
    private final RobotAccounts.Robot account;
    private final Path folder;

    TeamWorld(Path folder) throws IOException {
        this.folder = folder;
        buildKit = BuildKitProcess.start(directory("buildkit"));
        machine = DepotMachine.start(directory("machine"));
        docker = DockerProcess.start(DockerProcess.Kind.V28_CLASSIC, directory("docker"));
        RobotAccounts accounts = new RobotAccounts(Clock.systemUTC());
        account = accounts.make(Duration.ofHours(1));
        tokens = RobotTokenServer.start(accounts, folder.resolve("tokens"));
        ghcr = tokens.startRegistry(Engine.DOCKER_REGISTRY, directory("ghcr"));
        depotRegistry = RegistryProcess.startWithBasicAuth(
                Engine.DOCKER_REGISTRY, directory("depot-registry"), "x-token", DEPOT_TOKEN);
        sandboxes = DepotSandboxHost.hostPrograms(directory("sandboxes"));
        depot = DepotEmulator.start()
                .token(DEPOT_TOKEN)
                .project(PROJECT, "demo")
                .pending(0, Duration.ZERO)
                .registry(new DepotBackingRegistry(depotRegistry.address(), "x-token", DEPOT_TOKEN))
                .machine(Platform.LINUX_AMD64, machine)
                .sandboxes(sandboxes);
        daytona = DaytonaEmulator.builder()
                .clock(ScriptedClock.startNow())
                .timePerRequest(TIME_PER_REQUEST)
                .start();
        doppler = DopplerServer.start();
        Files.writeString(directory("config").resolve("config.json"), """
            {"auths": {"%s": {"auth": "%s"}, "%s": {"auth": "%s"}},
             "cliPluginsExtraDirs": ["%s"]}
            """.formatted(
                        ghcr.address(),
                        login(account.username(), account.secret()),
                        depotRegistry.address(),
                        login("x-token", DEPOT_TOKEN),
                        Engine.DOCKER_28.path().resolveSibling("../cli-plugins").normalize()));
    }

    RobotAccounts.Robot account() {
        return account;
    }

    /** A folder with a Dockerfile whose second layer holds {@code text}. */
    Path context(String name, String text) throws IOException {
        Path context = directory(name);
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        Files.writeString(context.resolve("app"), text);
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch
            COPY busybox /bin/busybox
            COPY app /app
            CMD ["/bin/busybox", "cat", "/app"]
            """);
        return context;
    }

    /** One of the example programs, in a process of its own with the variables that a user would have. */
    Command program(Class<?> program, Object... arguments) {
        return Command.of(Path.of(System.getProperty("java.home"), "bin", "java"))
                .with("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
                .with(program.getName())
                .with(arguments)
                .in(folder)
                // Not as an argument: it would fill the messages of failures.
                .env("CLASSPATH", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")))
                .env("XDG_CACHE_HOME", folder.resolve("cache").toString())
                .env("XDG_CONFIG_HOME", folder.resolve("xdg").toString())
                .env("DOCKER_CONFIG", folder.resolve("config").toString())
                .env("DOCKER_HOST", docker.address())
                .env("BUILDKIT_HOST", buildKit.address())
                .env("DEPOT_TOKEN", DEPOT_TOKEN)
                .env("DEPOT_PROJECT_ID", PROJECT)
                .env("DEPOT_API_URL", depot.url().toString())
                .env("DEPOT_EXEC_URL", depot.url().toString())
                .env("DEPOT_BLOB_URL", depot.url().toString())
                .env("DAYTONA_API_URL", daytona.url().toString())
                .env("DAYTONA_API_KEY", "dtn_test");
    }

    private Path directory(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name));
    }

    private static String login(String user, String password) {
        return Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        doppler.close();
        daytona.close();
        depot.close();
        sandboxes.close();
        depotRegistry.close();
        ghcr.close();
        tokens.close();
        docker.close();
        machine.close();
        buildKit.close();
    }
}
