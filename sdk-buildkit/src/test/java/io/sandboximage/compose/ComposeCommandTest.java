package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeCommandTest {
    private static final String PLAN = "{\"group\":{\"default\":{\"targets\":[\"web\"]}},"
            + "\"target\":{\"web\":{\"context\":\".\",\"tags\":[\"web\"]}}}";

    @TempDir
    Path folder;

    @Test
    void aPlanThatIsUnderstoodIsBuilt() {
        ComposeDecision decision = command(
                        "echo a warning >&2; echo '" + PLAN + "'", "--progress", "plain", "build", "-q")
                .decide();
        assertThat(decision).isInstanceOfSatisfying(ComposeDecision.Build.class, build -> {
            assertThat(build.plan().targets()).extracting(ComposeTarget::name).containsExactly("web");
            assertThat(build.messages()).isEqualTo("a warning\n");
            assertThat(build.progress()).contains("plain");
            assertThat(build.quiet()).isTrue();
            assertThat(build.toString()).doesNotContain("hidden value");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"up --build", "build --push", "build --sbom=true", "-f - build", "-f- build", "--file=- build"})
    void composeIsNotEvenAskedAboutWhatTheSdkLeavesToIt(String line) {
        assertThat(command("touch asked", line.split(" ")).decide()).isInstanceOf(ComposeDecision.Delegate.class);
        assertThat(folder.resolve("asked")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COMPOSE_FILE=-",
                "COMPOSE_FILE=a:-",
                "DOCKER_BUILDKIT=0",
                "COMPOSE_BAKE=False",
                "BUILDX_GIT_LABELS=1"
            })
    void variablesMayLeaveItToCompose(String variable) {
        String[] parts = variable.split("=");
        assertThat(command("touch asked", "build")
                        .environment(parts[0], parts[1])
                        .decide())
                .isInstanceOf(ComposeDecision.Delegate.class);
        assertThat(folder.resolve("asked")).doesNotExist();
    }

    @Test
    void composeRefusesItself() {
        assertThat(command("echo no such service: x >&2; exit 1", "build", "x").decide())
                .isEqualTo(new ComposeDecision.Delegate("compose refuses to build"));
        assertThatThrownBy(() -> command("echo no such service: x >&2; exit 14", "build", "x")
                        .plan())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("exit code 14")
                .hasMessageContaining("no such service: x");
    }

    @Test
    void composeTellsThatThereIsNothingToBuild() {
        assertThat(command("true", "build").decide())
                .isEqualTo(new ComposeDecision.Delegate("there is nothing to build"));
    }

    @Test
    void whatIsNotUnderstoodIsComposes() {
        assertThat(command("echo '" + PLAN.replace("tags", "novel") + "'", "build")
                        .decide())
                .isInstanceOfSatisfying(ComposeDecision.Delegate.class, delegate -> assertThat(delegate.reason())
                        .contains("target.web.novel"));
    }

    @Test
    void delegationGivesTheExitCodeOfComposeAndItsWords() throws Exception {
        assertThat(command("echo \"$0 $*\" >said; exit 7", "up", "--build", "-d")
                        .delegate())
                .isEqualTo(7);
        assertThat(Files.readString(folder.resolve("said"))).isEqualTo("up --build -d\n");
    }

    @Test
    void tellsThatThereIsNoCompose() {
        assertThatThrownBy(() -> command("", "build")
                        .program(List.of(folder.resolve("nothing").toString()))
                        .plan())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("Install Docker's command line");
    }

    @Test
    void readsTheProjectItselfWithoutACompose() throws Exception {
        Files.writeString(folder.resolve("compose.yaml"), """
                services:
                  web: {image: "web:${TAG}${UNSET}", build: .}
                """);
        Files.writeString(folder.resolve(".env"), "TAG=7\nTOKEN=secret\n");
        List<ComposeCommand> without = List.of(
                ComposeCommand.of(List.of("build"), folder, Map.of("PATH", folder.toString())),
                command(
                        "echo \"unknown flag: --print; Usage:  docker [OPTIONS] COMMAND [ARG...]\" >&2; exit 125",
                        "build"));
        for (ComposeCommand command : without) {
            assertThat(command.decide()).isInstanceOfSatisfying(ComposeDecision.Build.class, build -> {
                assertThat(build.plan().targets())
                        .extracting(ComposeTarget::tags)
                        .containsExactly(List.of("web:7"));
                assertThat(build.environment()).containsEntry("TOKEN", "secret");
                assertThat(build.messages()).contains("The \"UNSET\" variable is not set");
            });
        }
    }

    @Test
    void namesWhatItCannotReadWithoutACompose() throws Exception {
        Files.writeString(folder.resolve("compose.yaml"), "services: {a: {extends: b}}");
        ComposeCommand command = ComposeCommand.of(List.of("build"), folder, Map.of());
        assertThatThrownBy(command::decide)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("services.a.extends")
                .hasMessageContaining("Install Docker's command line");
        Files.writeString(folder.resolve("compose.yaml"), "services: {a: {image: x}}");
        assertThatThrownBy(command::decide)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nothing to build");
    }

    @Test
    void givesTheVariablesOfEnvironmentFilesToSecrets() throws Exception {
        Files.writeString(folder.resolve("compose.yaml"), "services: {}");
        Files.writeString(folder.resolve(".env"), "TOKEN='from file'\n");
        assertThat(command("echo '" + PLAN + "'", "build").decide())
                .isInstanceOfSatisfying(ComposeDecision.Build.class, build -> assertThat(build.environment())
                        .containsEntry("TOKEN", "from file")
                        .containsEntry("SECRET", "hidden value"));
    }

    @Test
    void standardOutputOfComposeCanGoElsewhere() {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        assertThat(command("echo said; exit 3", "ps").delegate(output)).isEqualTo(3);
        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("said\n");
    }

    /** A compose that is a shell script. */
    private ComposeCommand command(String script, String... words) {
        return ComposeCommand.of(
                        List.of(words), folder, Map.of("PATH", System.getenv("PATH"), "SECRET", "hidden value"))
                .program(List.of("sh", "-c", script));
    }
}
