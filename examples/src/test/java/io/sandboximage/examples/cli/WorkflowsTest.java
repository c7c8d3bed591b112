package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The workflow files of {@code examples/ci} are valid, ask for no more rights than they need, and their commands exist. */
class WorkflowsTest {
    private static final String COMMAND = "examples/bin/sandbox-image ";
    private static final Set<String> SECRETS = Set.of("GITHUB_TOKEN", "DAYTONA_API_KEY", "DOPPLER_TOKEN");

    /** As GitHub's schema of workflow files knows them, as far as these files need them. */
    private static final Set<Object> EVENTS = Set.of("push", "pull_request", "schedule", "workflow_dispatch");

    private static final Set<Object> TOP_LEVEL =
            Set.of("name", "on", "permissions", "concurrency", "env", "defaults", "jobs");
    private static final Set<Object> OF_JOBS = Set.of(
            "name", "runs-on", "timeout-minutes", "outputs", "steps", "needs", "if", "env", "permissions", "strategy");
    private static final Set<Object> OF_STEPS =
            Set.of("name", "id", "if", "uses", "with", "run", "env", "shell", "working-directory", "continue-on-error");
    private static final Set<Object> PERMISSIONS = Set.of("contents", "packages", "id-token");
    private static final Set<String> CONTEXTS = Set.of("github", "secrets", "steps", "needs", "matrix", "env");

    static List<Path> workflows() throws IOException {
        Path folder = Files.isDirectory(Path.of("ci")) ? Path.of("ci") : Path.of("../examples/ci");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void isAWorkflow(Path file) throws IOException {
        Map<?, ?> workflow = load(file);
        assertThat(workflow.get("name")).isInstanceOf(String.class);
        assertThat(workflow.get("on")).isInstanceOf(Map.class);
        assertThat(((Map<?, ?>) workflow.get("permissions")).get("contents")).isEqualTo("read");
        Map<?, ?> jobs = (Map<?, ?>) workflow.get("jobs");
        assertThat(jobs).isNotEmpty();
        jobs.values().forEach(job -> {
            assertThat(((Map<?, ?>) job).get("runs-on")).isInstanceOf(String.class);
            assertThat(((Map<?, ?>) job).get("timeout-minutes")).isInstanceOf(Integer.class);
        });
        for (Map<?, ?> step : steps(workflow)) {
            assertThat(step.containsKey("uses") ^ step.containsKey("run"))
                    .as(step.toString())
                    .isTrue();
            if (step.get("uses") instanceof String action) {
                assertThat(action).matches("[\\w.-]+/[\\w./-]+@(v\\d+|[0-9a-f]{40})");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void hasOnlyKeysEventsAndPermissionsThatThereAre(Path file) throws IOException {
        Map<?, ?> workflow = load(file);
        assertThat(TOP_LEVEL).containsAll(workflow.keySet());
        assertThat(EVENTS).containsAll(((Map<?, ?>) workflow.get("on")).keySet());
        Map<?, ?> permissions = (Map<?, ?>) workflow.get("permissions");
        assertThat(PERMISSIONS).containsAll(permissions.keySet());
        assertThat(permissions.values())
                .allMatch(value -> List.of("read", "write").contains(value));
        ((Map<?, ?>) workflow.get("jobs")).values().forEach(job -> assertThat(OF_JOBS)
                .containsAll(((Map<?, ?>) job).keySet()));
        steps(workflow).forEach(step -> assertThat(OF_STEPS).containsAll(step.keySet()));
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void expressionsReferToWhatThereIs(Path file) throws IOException {
        Set<String> ids = steps(load(file)).stream()
                .filter(step -> step.get("id") instanceof String)
                .map(step -> (String) step.get("id"))
                .collect(Collectors.toSet());
        String text = Files.readString(file);
        assertThat(Pattern.compile("\\$\\{\\{\\s*(\\w+)\\.").matcher(text).results())
                .extracting(match -> match.group(1))
                .allMatch(CONTEXTS::contains);
        assertThat(Pattern.compile("steps\\.([\\w-]+)\\.outputs\\.")
                        .matcher(text)
                        .results())
                .extracting(match -> match.group(1))
                .allMatch(ids::contains);
    }

    @Test
    void depotKnowsTheJobItselfAndNoSecretIsStoredForIt() throws IOException {
        Path file = workflows().stream()
                .filter(workflow -> workflow.endsWith("depot-image.yml"))
                .findFirst()
                .orElseThrow();
        assertThat(((Map<?, ?>) load(file).get("permissions")).get("id-token")).isEqualTo("write");
        assertThat(Files.readString(file).replace("secrets.GITHUB_TOKEN", ""))
                .as("the job's own token is no stored secret")
                .doesNotContain("secrets.")
                .doesNotContain("DEPOT_TOKEN");
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void namesOnlySecretsThatAreExplained(Path file) throws IOException {
        assertThat(Pattern.compile("secrets\\.(\\w+)")
                        .matcher(Files.readString(file))
                        .results())
                .extracting(match -> match.group(1))
                .allMatch(SECRETS::contains);
    }

    @ParameterizedTest
    @MethodSource("workflows")
    void itsCommandsAreUnderstood(Path file) throws IOException {
        List<String> commands = steps(load(file)).stream()
                .filter(step -> step.get("run") instanceof String)
                .flatMap(step -> ((String) step.get("run")).lines())
                .toList();
        assertThat(commands).isNotEmpty().allMatch(command -> command.startsWith(COMMAND));
        for (String command : commands) {
            assertThat(CommandRun.understands(
                            command.substring(COMMAND.length()).strip().split(" +")))
                    .as(command)
                    .isTrue();
        }
    }

    private static List<Map<?, ?>> steps(Map<?, ?> workflow) {
        return ((Map<?, ?>) workflow.get("jobs"))
                .values().stream()
                        .flatMap(job -> ((List<?>) ((Map<?, ?>) job).get("steps")).stream())
                        .<Map<?, ?>>map(Map.class::cast)
                        .toList();
    }

    private static Map<?, ?> load(Path file) throws IOException {
        return (Map<?, ?>)
                new Load(LoadSettings.builder().setLabel(file.toString()).build())
                        .loadFromString(Files.readString(file));
    }
}
