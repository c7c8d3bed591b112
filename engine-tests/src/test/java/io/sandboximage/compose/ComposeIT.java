package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.LoadStrategy;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A compose project built by a buildkitd of its own and loaded into an engine, beside what compose itself builds there. */
@RequiresEngine({Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUILDKITD, Engine.BUSYBOX_STATIC, Engine.RUNC})
class ComposeIT {
    private static final String PROJECT = """
            name: demo
            x-inherit: &inherit {base: "service:base"}
            services:
              base:
                build: {context: ./base, tags: ["demo/base:extra"]}
              app:
                image: demo/app:1
                depends_on: [base]
                build:
                  context: ./app
                  args: {WHO: "${WHO:-world}", ODD: "$${WHO}"}
                  labels: {team: blue}
                  secrets: [token, {source: file, target: other}]
                  additional_contexts: *inherit
              worker:
                build: {context: ./worker, target: small, additional_contexts: {app: "service:app"}}
              end:
                build:
                  context: ./base
                  additional_contexts: {worker: "service:worker"}
                  dockerfile_inline: |
                    FROM worker
                    ARG NAME=end
                    COPY marker /$${NAME}
              tool:
                build:
                  context: ./base
                  additional_contexts: {elsewhere: ./worker}
                  dockerfile_inline: |
                    FROM scratch
                    COPY --from=elsewhere words /tool
              twin: &twin
                image: demo/twin:1
                build: {context: ./worker, target: alone}
              other:
                <<: *twin
                image: demo/other:1
              late:
                profiles: [extra]
                build: {context: ./worker, dockerfile: late.Dockerfile, additional_contexts: *inherit}
            secrets:
              token: {environment: TOKEN}
              file: {file: ./secret.txt}
            """;
    private static final String EPOCH = "1700000000";
    private static final List<String> NAMES = List.of(
            "demo-base",
            "demo/base:extra",
            "demo/app:1",
            "demo-worker",
            "demo-end",
            "demo-tool",
            "demo/twin:1",
            "demo/other:1",
            "demo-late");

    @TempDir
    Path folder;

    private Path project;
    private DockerProcess docker;
    private BuildKitProcess buildkitd;
    private DockerEngine engine;
    private BuildKitBuilder builder;

    @BeforeEach
    void start() throws Exception {
        project = Files.createDirectories(folder.resolve("project"));
        Files.createDirectories(project.resolve("base"));
        Files.createDirectories(project.resolve("app"));
        Files.copy(Engine.BUSYBOX_STATIC.path(), project.resolve("base/busybox"));
        Files.writeString(project.resolve("base/Dockerfile"), """
                FROM scratch
                COPY busybox /bin/busybox
                RUN ["/bin/busybox", "sh", "-c", "cd /bin && for tool in sh cat touch; do ./busybox ln -s busybox $tool; ./busybox touch -h -d @0 $tool; done; ./busybox touch -d @0 /bin"]
                """);
        // Steps whose result is the same whenever they run, so that images of two builds have one ID.
        Files.writeString(project.resolve("app/Dockerfile"), """
                FROM base
                ARG WHO ODD
                RUN --mount=type=secret,id=token --mount=type=secret,id=other \\
                    echo "hello $WHO $ODD $(cat /run/secrets/token) $(cat /run/secrets/other)" > /said && touch -d @0 /said /
                CMD ["cat", "/said"]
                """);
        Files.createDirectories(project.resolve("worker"));
        Files.writeString(project.resolve("worker/words"), "words\n");
        Files.writeString(project.resolve("worker/Dockerfile"), """
                FROM app AS small
                COPY words /words
                FROM scratch AS alone
                COPY words /alone
                """);
        Files.writeString(project.resolve("worker/late.Dockerfile"), "FROM base\nCOPY words /late\n");
        Files.writeString(project.resolve("base/marker"), "marker\n");
        Files.writeString(project.resolve("secret.txt"), "file");
        Files.writeString(project.resolve(".env"), "TOKEN=secret\n");
        Files.writeString(project.resolve("compose.yaml"), PROJECT);
        docker = DockerProcess.start(Kind.V28_CLASSIC, Files.createDirectories(folder.resolve("engine")));
        buildkitd = BuildKitProcess.start(Files.createDirectories(folder.resolve("buildkit")));
        engine = DockerEngine.at(DockerHost.unix(docker.socket()));
        builder = BuildKitBuilder.at(BuildKitAddress.unix(buildkitd.socket()));
    }

    @AfterEach
    void stop() {
        builder.close();
        engine.close();
        buildkitd.close();
        docker.close();
    }

    @Test
    void buildsTheImagesThatComposeBuildsAndSkipsWhatIsThere() {
        List<ComposeImage> images = build("--profile", "extra", "build");

        assertThat(images)
                .extracting(ComposeImage::target)
                .containsExactlyInAnyOrder("base", "app", "worker", "end", "tool", "twin", "other", "late");
        assertThat(docker.docker("run", "--rm", "demo/app:1").run().orFail().output())
                .isEqualTo("hello world ${WHO} secret file\n");
        assertThat(docker.docker("run", "--rm", "demo-end", "cat", "/end", "/words")
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("marker\nwords\n");
        List<String> ours = ids();

        assertThat(build("--profile", "extra", "build"))
                .allSatisfy(image -> assertThat(image.load().strategy()).isEqualTo(LoadStrategy.SKIP));

        NAMES.forEach(name -> docker.docker("rmi", "-f", name).run().orFail());
        docker.docker("buildx", "create", "--name", "remote", "--driver", "remote", buildkitd.address())
                .run()
                .orFail();
        docker.docker("compose", "--profile", "extra", "build")
                .in(project)
                .env("BUILDX_BUILDER", "remote")
                .env("SOURCE_DATE_EPOCH", EPOCH)
                .run()
                .orFail();
        assertThat(ids()).isEqualTo(ours);
    }

    @Test
    void flagsAndServicesAreComposesToRead() {
        assertThat(build("build", "--build-arg", "WHO=you", "app"))
                .extracting(ComposeImage::target)
                .containsExactly("base", "app");
        assertThat(docker.docker("run", "--rm", "demo/app:1").run().orFail().output())
                .isEqualTo("hello you ${WHO} secret file\n");
    }

    @Test
    void servicesWithOneBuildAndImageAreBuiltOnce() throws Exception {
        Files.writeString(project.resolve("compose.yaml"), """
                name: demo
                services:
                  one: &one
                    image: demo/shared:1
                    build: {context: ./worker, target: alone}
                  two: *one
                  three: *one
                """);
        List<ProgressEvent> events = Collections.synchronizedList(new ArrayList<>());

        List<ComposeImage> images = ComposeBuilder.of(builder, engine)
                .build(decision("build"), ProgressTask.root(events::add, "compose build"));

        assertThat(images).extracting(ComposeImage::target).containsExactlyInAnyOrder("one", "two", "three");
        assertThat(images)
                .extracting(ComposeImage::digest)
                .containsOnly(images.get(0).digest());
        assertThat(events.stream()
                        .filter(ProgressEvent.Started.class::isInstance)
                        .map(event -> ((ProgressEvent.Started) event).label())
                        .filter(label -> label.endsWith("COPY words /alone")))
                .hasSize(1);
    }

    @Test
    void layersOfABaseStayWithBuildKitUntilItLosesThem() {
        ComposeDecision.Build decision = decision("build", "app");
        ComposeTarget base = decision.plan().byName().get("base");
        ComposeTarget app = decision.plan().byName().get("app");
        Path layout = folder.resolve("layout");
        BaseImages bases = new BaseImages(builder, layout, decision.environment());
        Map<String, Digest> inherits;
        List<Descriptor> layers;
        try (ImageSource image = bases.build(base, Map.of(), true, ProgressTask.silent())) {
            inherits = Map.of("base", image.descriptor().digest());
            layers = image.image(Platform.LINUX_AMD64).manifest().layers();
        }
        bases.build(app, inherits, false, ProgressTask.silent()).close();
        assertThat(layers).noneSatisfy(layer -> assertThat(blob(layout, layer)).exists());

        buildkitd.buildctl("prune", "--all").run().orFail();

        try (ImageSource image = bases.build(app, inherits, false, ProgressTask.silent())) {
            List<Descriptor> now = image.image(Platform.LINUX_AMD64).manifest().layers();
            assertThat(now.subList(0, layers.size()))
                    .allSatisfy(layer -> assertThat(blob(layout, layer)).exists());
        }
    }

    private static Path blob(Path layout, Descriptor blob) {
        return layout.resolve("blobs").resolve(blob.digest().toString().replace(':', '/'));
    }

    @Test
    void mistakesAreToldAsComposeTellsThem() throws Exception {
        assertThatThrownBy(() -> build("build", "nosuch"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no such service: nosuch");
        Files.writeString(project.resolve("base/Dockerfile"), "FROM scratch\nCOPY nothing /\n");
        assertThatThrownBy(() -> build("build")).isInstanceOf(BuildFailedException.class);
        assertThat(engine.findImage("demo/app:1")).isEmpty();
    }

    private List<ComposeImage> build(String... arguments) {
        return ComposeBuilder.of(builder, engine).build(decision(arguments), ProgressTask.silent());
    }

    private ComposeDecision.Build decision(String... arguments) {
        ComposeCommand command = ComposeCommand.of(List.of(arguments), project, System.getenv())
                .program(List.of(Engine.DOCKER_CLI.path().toString(), "compose"))
                .environment("SOURCE_DATE_EPOCH", EPOCH)
                .environment("DOCKER_CONFIG", docker.configuration().toString());
        if (command.decide() instanceof ComposeDecision.Build build) {
            return build;
        }
        throw new AssertionError("compose would refuse with: " + command.plan());
    }

    private List<String> ids() {
        return NAMES.stream()
                .map(name -> name + " "
                        + docker.docker("image", "inspect", "--format", "{{.Id}}", name)
                                .run()
                                .orFail()
                                .output())
                .toList();
    }
}
