package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words are read as docker reads them; which lines are understood is in {@code command-lines.txt}. */
class BuildWordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"-t a/b .", "-ta/b .", "-t=a/b .", "--tag a/b .", "--tag=a/b .", ". -t a/b", "-t a/b -- ."})
    void tagIsReadInEveryForm(String line) {
        BuildWords words = words(line);
        assertThat(words.flags().tags()).containsExactly("a/b");
        assertThat(words.context()).isEqualTo(".");
        assertThat(words.target()).isEqualTo(new BuildTarget(Optional.empty(), false));
    }

    @ParameterizedTest
    @CsvSource({
        "-o out .,                       out,                       false",
        "-oout .,                        out,                       false",
        "-o=out .,                       out,                       false",
        "--output - .,                   -,                         false",
        "'-o type=tar,dest=o.tar .',     'type=tar,dest=o.tar',     false",
        "-o type=docker .,               ,                          false",
        "-o type=registry -t a .,        ,                          true",
        "--push=1 -t a .,                ,                          true",
        "--load=true .,                  ,                          false",
        "--load=false --push=f .,        ,                          false"
    })
    void outputIsReadInEveryForm(String line, String files, boolean push) {
        assertThat(words(line).target()).isEqualTo(new BuildTarget(Optional.ofNullable(files), push));
    }

    @Test
    void wordAfterAFlagIsItsValueWhateverItLooksLike() {
        BuildWords words = words("-f --tag --iidfile -q --label -- .");
        assertThat(words.file()).contains("--tag");
        assertThat(words.idFile()).contains(Path.of("-q"));
        assertThat(words.quiet()).isFalse();
    }

    @Test
    void lastOfSeveralCounts() {
        BuildWords words = words("-f a -f b --iidfile x --iidfile y --quiet --quiet=false .");
        assertThat(words.file()).contains("b");
        assertThat(words.idFile()).contains(Path.of("y"));
        assertThat(words.quiet()).isFalse();
    }

    @Test
    void dockersOwnFlagsBecomeVariables() {
        Map<String, String> before = Map.of("DOCKER_HOST", "tcp://old:1", "DOCKER_CONTEXT", "old", "A", "b");
        assertThat(docker("-c new build .", before)).isEqualTo(Map.of("DOCKER_CONTEXT", "new", "A", "b"));
        assertThat(docker("--context=default build .", before))
                .isEqualTo(Map.of("DOCKER_HOST", "tcp://old:1", "DOCKER_CONTEXT", "default", "A", "b"));
        assertThat(docker("-H=unix:///s --config c build .", before))
                .isEqualTo(Map.of("DOCKER_HOST", "unix:///s", "DOCKER_CONFIG", "c", "A", "b"));
        assertThat(docker("-Hunix:///s build .", before)).containsEntry("DOCKER_HOST", "unix:///s");
    }

    private static Map<String, String> docker(String line, Map<String, String> environment) {
        return DockerWords.parse(List.of(line.split(" ")), environment)
                .orElseThrow()
                .environment();
    }

    private static BuildWords words(String line) {
        return BuildWords.parse(List.of(line.split(" "))).orElseThrow();
    }
}
