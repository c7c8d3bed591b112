package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.LoadStrategy;
import io.sandboximage.error.BuildFailedException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.BuildKitProcess;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            services:
              base:
                build: {context: ./base, tags: ["demo/base:extra"]}
              app:
                image: demo/app:1
                depends_on: [base]
                build:
                  context: ./app
                  args: {WHO: world}
                  labels: {team: blue}
                  secrets: [token]
                  additional_contexts: {base: "service:base"}
              tool:
                build:
                  context: ./base
                  dockerfile_inline: |
                    FROM scratch
                    COPY busybox /tool
              end:
                build:
                  context: ./base
                  additional_contexts: {app: "service:app"}
                  dockerfile_inline: |
                    FROM app
                    RUN cat /said > /end
              hidden:
                profiles: [extra]
                build: ./missing
            secrets:
              token: {environment: TOKEN}
            """;

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
                RUN ["/bin/busybox", "sh", "-c", "cd /bin && for tool in sh cat; do ./busybox ln -s busybox $tool; done"]
                """);
        Files.writeString(project.resolve("app/Dockerfile"), """
                FROM base
                ARG WHO
                RUN --mount=type=secret,id=token echo "hello $WHO $(cat /run/secrets/token)" > /said
                CMD ["cat", "/said"]
                """);
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
    void buildsWhatComposeBuildsAndSkipsWhatIsThere() {
        List<ComposeImage> images = build("build");

        assertThat(images).extracting(ComposeImage::target).containsExactlyInAnyOrder("base", "app", "tool", "end");
        assertThat(docker.docker("run", "--rm", "demo/app:1").run().orFail().output())
                .isEqualTo("hello world secret\n");
        assertThat(docker.docker("run", "--rm", "demo-end", "cat", "/end")
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("hello world secret\n");
        List<String> ours = facts();

        assertThat(build("build"))
                .allSatisfy(image -> assertThat(image.load().strategy()).isEqualTo(LoadStrategy.SKIP));

        docker.docker("compose", "build")
                .in(project)
                .env("TOKEN", "secret")
                .run()
                .orFail();
        assertThat(facts()).isEqualTo(ours);
    }

    @Test
    void flagsAndServicesAreComposesToRead() {
        assertThat(build("build", "--build-arg", "WHO=you", "app"))
                .extracting(ComposeImage::target)
                .containsExactly("base", "app");
        assertThat(docker.docker("run", "--rm", "demo/app:1").run().orFail().output())
                .isEqualTo("hello you secret\n");
    }

    @Test
    void mistakesAreToldAsComposeTellsThem() throws Exception {
        assertThatThrownBy(() -> build("build", "nosuch"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no such service: nosuch");
        assertThatThrownBy(() -> build("--profile", "extra", "build", "hidden"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("missing");

        Files.writeString(project.resolve("base/Dockerfile"), "FROM scratch\nCOPY nothing /\n");
        assertThatThrownBy(() -> build("build")).isInstanceOf(BuildFailedException.class);
        assertThat(engine.findImage("demo/app:1")).isEmpty();
    }

    private List<ComposeImage> build(String... arguments) {
        String program = Engine.DOCKER_CLI.path().toString();
        ComposeCommand command = ComposeCommand.parse(List.of(arguments), project)
                .orElseThrow()
                .program(List.of(program, "compose"))
                .environment("TOKEN", "secret")
                .environment("DOCKER_CONFIG", docker.configuration().toString());
        return ComposeBuilder.of(builder, engine)
                .environment(Map.of("TOKEN", "secret"))
                .build(command.plan(), ProgressTask.silent());
    }

    /** What of the images does not depend on when they were built. */
    private List<String> facts() {
        List<String> facts = new ArrayList<>();
        for (String name : List.of("demo-base", "demo/base:extra", "demo/app:1", "demo-tool", "demo-end")) {
            facts.add(docker.docker("image", "inspect", "--format", "{{json .Config}} {{len .RootFS.Layers}}", name)
                    .run()
                    .orFail()
                    .output());
        }
        return facts;
    }
}
