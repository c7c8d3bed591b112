package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.DockerProcess.Kind;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code docker compose build} through the wrapper against compose itself. Each test is named after something that the published
 * wrapper loses (contract "acceleration", 3.3).
 */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.DOCKER_28, Engine.DOCKER_CLI})
class ComposeWrapperIT {
    @TempDir
    static Path state;

    private static WrappedDocker docker;

    @TempDir
    Path project;

    @BeforeAll
    static void start() throws IOException {
        docker = new WrappedDocker(state, Kind.V28_CLASSIC);
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @BeforeEach
    void makeProject() throws IOException {
        Files.writeString(project.resolve("file.txt"), "text");
        Files.writeString(project.resolve("secret.txt"), "swordfish");
        Files.writeString(project.resolve("Absolute.dockerfile"), "FROM scratch\nCOPY file.txt /absolute\n");
        Files.writeString(
                project.resolve("Dockerfile"),
                "FROM scratch AS first\nCOPY file.txt /first\nFROM scratch\nARG WHO=world\nARG N\nCOPY file.txt /\nLABEL who=$WHO n=$N\n");
        Files.writeString(project.resolve("compose.yaml"), """
                name: wrapped
                x-args: &args
                  SOURCE_DATE_EPOCH: 1700000000
                services:
                  app:
                    build:
                      context: .
                      args: {<<: *args, N: 12345678901234}
                      tags: [wrapped/more:1]
                      labels: {a.b: c}
                      secrets: [token]
                  target:
                    image: wrapped/target:2
                    build: {context: ., target: first, args: *args}
                  inline:
                    build:
                      context: .
                      args: *args
                      additional_contexts: {base: "service:app"}
                      dockerfile_inline: |
                        FROM base
                        COPY file.txt /inline
                  absolute:
                    build: {context: ., dockerfile: "%s", args: *args}
                  twin:
                    image: wrapped/twin:1
                    build: {context: ., args: *args}
                  hidden:
                    profiles: [extra]
                    build: {context: ., args: *args, labels: {hidden: "yes"}}
                secrets:
                  token: {file: secret.txt}
                """.formatted(project.resolve("Absolute.dockerfile")));
    }

    @Test
    void attributesOrderAndPathsGiveComposesOwnImages() {
        clean();
        compose("build").orFail();
        List<String> ours = images();
        int before = docker.solves();
        compose("build").orFail();
        assertThat(docker.solves() - before).as("one solve for each image").isEqualTo(5);
        assertThat(images()).isEqualTo(ours).hasSize(6);

        clean();
        docker.docker("compose", "build").in(project).run().orFail();
        assertThat(ours).isEqualTo(images());
    }

    @Test
    void buildArgInTwoWordsIsNoService() {
        clean();
        compose("build", "--build-arg", "WHO=you", "app").orFail();

        assertThat(docker.engine
                        .docker("image", "inspect", "-f", "{{.Config.Labels.who}} {{.Config.Labels.n}}", "wrapped-app")
                        .run()
                        .orFail()
                        .output())
                .isEqualTo("you 12345678901234\n");
        assertThat(images()).as("no other service").hasSize(2);
    }

    @Test
    void serviceOfAnInactiveProfileIsBuiltWhereItIsNamed() {
        clean();
        int code = docker.docker("compose", "build", "hidden").in(project).run().exitCode();
        List<String> dockers = images();
        clean();

        assertThat(compose("build", "hidden").exitCode()).isEqualTo(code);
        assertThat(images()).isEqualTo(dockers);
    }

    @Test
    void serviceThatIsNotThereIsComposesOwnError() {
        CommandResult ours = compose("build", "nobody");
        CommandResult composes =
                docker.docker("compose", "build", "nobody").in(project).run();

        assertThat(ours.exitCode()).isEqualTo(composes.exitCode()).isNotZero();
        assertThat(ours.errors()).isEqualTo(composes.errors()).contains("nobody");
    }

    @Test
    void flagsThatAreNotKnownGoToComposeItself() {
        clean();
        CommandResult ours = compose("build", "--print");
        // Compose lists the services of a group in another order each time.
        assertThat(words(ours.orFail()))
                .containsExactlyInAnyOrderElementsOf(words(docker.docker("compose", "build", "--print")
                        .in(project)
                        .run()
                        .orFail()));
        assertThat(images()).isEmpty();
    }

    @Test
    void whatTheSdkDoesNotKnowGoesToComposeItself() throws IOException {
        Files.writeString(
                project.resolve("compose.yaml"),
                "services: {app: {image: 'wrapped/priv:1', build: {context: ., privileged: true, isolation: default}}}\n");
        clean();

        CommandResult ours = compose("build");
        List<String> images = images();
        clean();
        CommandResult composes = docker.docker("compose", "build").in(project).run();

        assertThat(ours.exitCode()).isEqualTo(composes.exitCode());
        assertThat(images.size()).isEqualTo(images().size());
    }

    private CommandResult compose(Object... words) {
        return docker.wrapper("compose").with(words).in(project).run();
    }

    private static List<String> words(CommandResult result) {
        return List.of(result.output().replace(",", " ").strip().split("\\s+"));
    }

    private static List<String> images() {
        return docker.images();
    }

    private static void clean() {
        docker.clean();
    }
}
