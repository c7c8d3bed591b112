package io.sandboximage.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.internal.json.Json;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The plans that we make of compose files ourselves, beside those that compose makes of the same. */
@RequiresEngine(Engine.DOCKER_CLI)
class ComposeReaderIT {
    private static final Map<String, String> VARIABLES =
            Map.of("SET", "value", "EMPTY", "", "HOME", "/home/somebody", "PATH", System.getenv("PATH"), "NUMBER", "7");

    @TempDir
    Path folder;

    static Stream<ComposeSample> plans() {
        return Stream.concat(ComposeSamples.understood(), ComposeSamples.generated(12));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void plansWhatComposePlans(ComposeSample sample) throws Exception {
        Path project = sample.write(Files.createDirectories(folder.resolve("The_Project")));
        ComposeProcess.Printed printed = compose(sample, project);
        assertThat(printed.exitCode()).as(printed.messages()).isZero();
        Map<String, Object> theirs = printed.bakeFile().isBlank()
                ? Map.of()
                : Json.parseObject(printed.bakeFile().getBytes(StandardCharsets.UTF_8), 1 << 20, "plan of compose");

        Map<String, Object> ours =
                ComposeReader.describe(options(sample), project, VARIABLES).bakeFile();

        assertThat(json(ours)).isEqualTo(json(theirs));
    }

    static Stream<ComposeSample> mistakes() {
        return ComposeSamples.refused();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void refusesWhatComposeRefuses(ComposeSample sample) throws Exception {
        Path project = sample.write(Files.createDirectories(folder.resolve("project")));
        ComposeProcess.Printed printed = compose(sample, project);
        assertThat(printed.exitCode()).isNotZero();
        assertThat(printed.messages()).contains(sample.message());
        assertThatThrownBy(() -> ComposeReader.describe(options(sample), project, VARIABLES))
                .isInstanceOf(SandboxImageException.class)
                .hasMessageContaining(sample.message());
    }

    static Stream<ComposeSample> beyond() {
        return ComposeSamples.onlyCompose();
    }

    @ParameterizedTest
    @MethodSource("beyond")
    void namesWhatOnlyComposeReads(ComposeSample sample) throws Exception {
        Path project = sample.write(Files.createDirectories(folder.resolve("project")));
        assertThatThrownBy(() -> ComposeReader.describe(options(sample), project, VARIABLES))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(sample.message());
    }

    private static ComposeOptions options(ComposeSample sample) {
        return ComposeOptions.parse(sample.words()).orElseThrow();
    }

    private ComposeProcess.Printed compose(ComposeSample sample, Path project) throws Exception {
        Map<String, String> environment = new LinkedHashMap<>(VARIABLES);
        Path configuration = Files.createDirectories(folder.resolve("config"));
        Path plugins = Engine.DOCKER_CLI.path().resolveSibling("../cli-plugins").normalize();
        Files.writeString(configuration.resolve("config.json"), "{\"cliPluginsExtraDirs\": [\"" + plugins + "\"]}");
        environment.put("DOCKER_CONFIG", configuration.toString());
        return new ComposeProcess(
                        List.of(Engine.DOCKER_CLI.path().toString(), "compose"), sample.words(), project, environment)
                .print();
    }

    /** The order of some lists is chance to compose. */
    private static String json(Map<String, Object> tree) {
        return new String(Json.write(sorted(tree, "")), StandardCharsets.UTF_8).replace("},", "},\n");
    }

    private static Object sorted(Object tree, String name) {
        if (tree instanceof Map<?, ?> map) {
            Map<String, Object> result = new TreeMap<>();
            map.forEach((key, value) -> result.put((String) key, sorted(value, (String) key)));
            return result;
        }
        if (tree instanceof List<?> list && List.of("targets", "ssh", "ulimits").contains(name)) {
            return new ArrayList<>(list.stream().map(Object::toString).sorted().toList());
        }
        return tree;
    }
}
