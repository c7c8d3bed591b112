package io.sandboximage.examples.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.examples.PipelineToExt4;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.pipeline.DopplerServer;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.shared.SharedBuildKit;
import io.sandboximage.shared.SharedSettings;
import io.sandboximage.testkit.depot.DepotSandboxReport;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example programs as users run them: processes with arguments and an environment, real engines and emulated vendors. */
@RequiresEngine({
    Engine.BUILDKITD,
    Engine.BUILDCTL,
    Engine.RUNC,
    Engine.BUSYBOX_STATIC,
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.DOCKER_REGISTRY,
    Engine.REGISTRY_V3,
    Engine.OPENSSL,
    Engine.E2FSPROGS,
    Engine.LOOP_MOUNTS
})
class WorkflowProgramsIT {
    @TempDir
    static Path folder;

    private static TeamWorld world;

    @BeforeAll
    static void start() throws IOException {
        world = new TeamWorld(folder);
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void buildAndLoadMovesOnlyWhatChanged() throws IOException {
        Path context = world.context("load", "one");
        assertThat(run(BuildAndLoad.class, context, "load:local")).contains("2 layers loaded, 0 there already");
        Files.writeString(context.resolve("app"), "two");
        assertThat(run(BuildAndLoad.class, context, "load:local")).contains("1 layers loaded, 1 there already");
        assertThat(inEngine("load:local")).isEqualTo("two");
    }

    @Test
    void depotBuildAndLoad() throws IOException {
        Path context = world.context("depot-load", "from Depot");
        assertThat(run(DepotBuildAndLoad.class, context, "depot-load:local")).contains("depot-load:local: ");
        assertThat(inEngine("depot-load:local")).isEqualTo("from Depot");
    }

    @Test
    void depotSaveAndPushCopiesServerToServer() throws IOException {
        Path context = world.context("depot-push", "pushed by Depot");
        String name = world.ghcr.address() + "/acme/sandbox:main";
        assertThat(run(DepotSaveAndPush.class, context, name))
                .isEqualTo(name + ": 3 blobs copied by Depot, 0 through here\n");
        assertThat(inRegistry(name)).isNotNull();
    }

    @Test
    void registryCachedBuildStartsWarmOnAnotherBuilder() throws IOException {
        Path context = world.context("cached", "same");
        Files.writeString(context.resolve("Dockerfile"), """
            FROM scratch AS tools
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "sh", "-c", "/bin/busybox cat /proc/sys/kernel/random/uuid > /made"]
            FROM scratch
            COPY --from=tools /made /made
            """);
        commit(context);
        String repository = world.ghcr.address() + "/acme/cached";
        String first = run(RegistryCachedBuild.class, context, repository);
        assertThat(first).startsWith(repository + "@sha256:").contains("[sha-", ", main]");

        world.buildKit.buildctl("prune", "--all").run().orFail();

        assertThat(run(RegistryCachedBuild.class, context, repository))
                .as("the step that makes something else each time it runs was not run again")
                .isEqualTo(first);
        assertThat(first).contains(inRegistry(repository + ":main").toString());
    }

    @Test
    void daytonaPushLocalTellsEnvFileAndDoppler() throws IOException {
        world.docker
                .docker("build", "-t", "to-daytona:local", world.context("to-daytona", "here"))
                .run()
                .orFail();
        Path env = Files.writeString(folder.resolve("daytona.env"), "A=1\nDAYTONA_SNAPSHOT_NAME=old\n");
        Command push = world.program(DaytonaPushLocal.class, "to-daytona:local", "team-{digest}", env)
                .env("DOPPLER_TOKEN", DopplerServer.TOKEN)
                .env("DOPPLER_PROJECT", "app")
                .env("DOPPLER_CONFIG", "dev")
                .env("DOPPLER_API_HOST", world.doppler.url().toString());

        String made = push.run().orFail().output();

        String snapshot = made.substring(0, made.indexOf(' '));
        assertThat(made).matches("team-[0-9a-f]{12} made\n");
        assertThat(world.daytona.state(snapshot)).contains("active");
        assertThat(env).hasContent("A=1\nDAYTONA_SNAPSHOT_NAME=" + snapshot + "\n");
        assertThat(world.doppler.secrets())
                .containsEntry("DAYTONA_SNAPSHOT_NAME", snapshot)
                .containsEntry("VITE_DAYTONA_SNAPSHOT_NAME", "${DAYTONA_SNAPSHOT_NAME}");
        assertThat(push.run().orFail().output()).isEqualTo(snapshot + " was there\n");
    }

    @Test
    void daytonaFromDepotPullsWhatDepotSaved() throws IOException {
        Path context = world.context("daytona-depot", "saved");
        assertThat(run(DaytonaFromDepot.class, context, "from-depot"))
                .startsWith("from-depot active of " + world.depotRegistry.address() + "/" + TeamWorld.PROJECT + ":");
        assertThat(world.daytona.state("from-depot")).contains("active");
        assertThat(world.daytona.registries())
                .anySatisfy(
                        registry -> assertThat(registry.get("url").toString()).contains(world.depotRegistry.address()));
    }

    @Test
    void ext4InADepotSandboxAndHereHoldTheSame() throws IOException {
        Path context = world.context("to-ext4", "in a file system");
        String name = world.ghcr.address() + "/acme/to-ext4:1";
        run(DepotSaveAndPush.class, context, name);
        Path env = folder.resolve("ext4.env");

        assertThat(run(Ext4InDepotSandbox.class, name, folder.resolve("depot.ext4"), env))
                .endsWith(" registered as snapshot\n");
        assertThat(env).content().startsWith("DEPOT_SNAPSHOT=");
        assertThat(world.sandboxes.reports()).isNotEmpty().allMatch(DepotSandboxReport::gone);
        run(PipelineToExt4.class, name, folder.resolve("here.ext4"), env);

        for (String file : new String[] {"depot.ext4", "here.ext4"}) {
            Command.of("e2fsck", "-f", "-n", folder.resolve(file)).run().orFail();
            assertThat(Command.of("debugfs", "-R", "cat /app", folder.resolve(file))
                            .run()
                            .orFail()
                            .output())
                    .isEqualTo("in a file system");
        }
    }

    @Test
    void sharedBuildKitServesSeveralAgents() throws IOException {
        Path programs = Files.createDirectories(folder.resolve("programs"));
        startable(programs.resolve("buildkitd"), Engine.BUILDKITD);
        startable(programs.resolve("registry"), Engine.REGISTRY_V3);
        Path state = folder.resolve("shared");
        Object[] line = {
            state,
            Daemon.freePort(),
            Daemon.freePort(),
            world.context("agent-1", "first"),
            world.context("agent-2", "second"),
            world.context("agent-3", "third")
        };
        String path = programs + ":" + System.getenv("PATH") + ":/usr/sbin:/sbin";
        try {
            assertThat(world.program(SharedBuildKitForAgents.class, line)
                            .env("PATH", path)
                            .run()
                            .orFail()
                            .output()
                            .lines())
                    .hasSize(3);
            assertThat(world.program(SharedBuildKitForAgents.class, line)
                            .env("PATH", path)
                            .run()
                            .orFail()
                            .output()
                            .lines())
                    .allMatch(said -> said.contains(": 0 layers loaded"));
            assertThat(inEngine("agents/agent-1:local")).isEqualTo("first");
            assertThat(inEngine("agents/agent-3:local")).isEqualTo("third");
        } finally {
            SharedBuildKit.of(SharedSettings.processes(state)).down(true);
        }
    }

    @Test
    void composeProjectIsBuiltOnTheBuilderAndLoaded() throws IOException {
        Path project = world.context("project", "composed");
        Files.writeString(project.resolve("compose.yaml"), """
            name: team
            services:
              web: {build: .}
              worker:
                build:
                  context: .
                  additional_contexts: {base: "service:web"}
                  dockerfile_inline: |
                    FROM base
                    COPY Dockerfile /of-worker
            """);
        Command build = world.program(ComposeProject.class, "build").in(project);
        assertThat(build.run().orFail().output().lines()).hasSize(2).anyMatch(line -> line.startsWith("worker: "));
        assertThat(inEngine("team-worker")).isEqualTo("composed");
        assertThat(build.run().orFail().output().lines()).allMatch(line -> line.endsWith(": skip, 0 layers loaded"));
    }

    @Test
    void teamPipelineReachesEveryPlaceAndDoesNothingTwice() throws IOException {
        Path checkout = world.context("team", "everywhere");
        Files.writeString(checkout.resolve(".gitignore"), ".env\nbuild/\n");
        Files.writeString(checkout.resolve(".dockerignore"), "build\n.env\n");
        commit(checkout);
        String repository = world.ghcr.address() + "/acme/team";

        assertThat(run(TeamPipeline.class, checkout, repository).lines()).allMatch(line -> line.startsWith("DONE "));

        assertThat(inEngine("sandbox:local")).isEqualTo("everywhere");
        Digest image = inRegistry(repository + ":main");
        assertThat(checkout.resolve(".env"))
                .content()
                .contains("DAYTONA_SNAPSHOT_NAME=sandbox-", "SANDBOX_IMAGE_DIGEST=" + image);
        Command.of("e2fsck", "-f", "-n", checkout.resolve("build/sandbox.ext4"))
                .run()
                .orFail();
        int snapshots = world.daytona.snapshots().size();
        assertThat(run(TeamPipeline.class, checkout, repository)).contains("DONE");
        assertThat(world.daytona.snapshots()).hasSize(snapshots);
    }

    private static String run(Class<?> program, Object... arguments) {
        return world.program(program, arguments).run().orFail().output();
    }

    /** Makes an engine a program of a folder on the PATH. */
    private static void startable(Path program, Engine engine) throws IOException {
        Files.writeString(program, "#!/bin/sh\nexec " + engine.path() + " \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    private static void commit(Path checkout) {
        git(checkout, "init", "-q", "-b", "main");
        git(checkout, "add", ".");
        git(checkout, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "all");
    }

    private static void git(Path checkout, Object... words) {
        Command.of("git").with(words).in(checkout).run().orFail();
    }

    private static String inEngine(String tag) {
        return world.docker
                .docker("run", "--rm", "--network=none", tag)
                .run()
                .orFail()
                .output();
    }

    private static Digest inRegistry(String name) {
        Credentials login =
                Credentials.basic(world.account().username(), world.account().secret());
        try (RegistryClient registries = RegistryClient.builder()
                        .credentials(CredentialProvider.of(world.ghcr.address(), login))
                        .build();
                ImageSource image = registries.source(ImageReference.parse(name))) {
            return image.descriptor().digest();
        }
    }
}
