package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.examples.docker.CommandLine.Who;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who runs which command line; docker itself always gets exactly what the wrapper got. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the wrapper is a shell script")
class CommandLinesTest {
    private static final String MAIN = "io.sandboximage.examples.docker.DockerWrapper";
    private static final String INPUT = "line\nno newline at the end ä";

    @TempDir
    Path dir;

    private WrapperFolder wrapper;

    @BeforeEach
    void makeFolder() throws IOException {
        wrapper = new WrapperFolder(dir);
    }

    static Stream<CommandLine> untouched() throws IOException {
        return CommandLine.all().stream().filter(line -> line.who() == Who.DOCKER);
    }

    static Stream<CommandLine> started() throws IOException {
        return CommandLine.all().stream().filter(line -> line.who() != Who.DOCKER);
    }

    static Stream<CommandLine> all() throws IOException {
        return CommandLine.all().stream();
    }

    @ParameterizedTest
    @MethodSource
    void untouched(CommandLine line) throws Exception {
        WrapperFolder.Run direct = wrapper.direct(line.shell(), INPUT);
        assertThat(direct.code()).isEqualTo(WrapperFolder.DOCKER_CODE);

        assertThat(wrapper.run(line.shell(), INPUT, Map.of())).isEqualTo(direct);
    }

    @ParameterizedTest
    @MethodSource
    void started(CommandLine line) throws Exception {
        List<String> words = wrapper.direct(line.shell(), "").call().words();

        WrapperFolder.Run run = wrapper.run(line.shell(), INPUT, Map.of());

        assertThat(run.code()).isEqualTo(WrapperFolder.JAVA_CODE);
        assertThat(run.call().program()).isEqualTo("java");
        assertThat(run.call().input()).isEqualTo(INPUT);
        List<String> java = run.call().words();
        int main = java.indexOf(MAIN);
        assertThat(java.subList(main + 1, java.size())).isEqualTo(words);

        Optional<DockerWords> read = DockerWords.parse(words, Map.of());
        boolean build = read.filter(known -> known.command() == DockerWords.Command.BUILD)
                .flatMap(known -> BuildWords.parse(known.rest()))
                .isPresent();
        boolean compose = read.filter(known -> known.command() == DockerWords.Command.COMPOSE)
                .isPresent();
        assertThat(build).isEqualTo(line.who() == Who.BUILD);
        assertThat(compose).isEqualTo(line.who() == Who.COMPOSE);
    }

    /** The script may start the JVM in vain, but must never keep from it what it can do. */
    @ParameterizedTest
    @MethodSource("untouched")
    void scriptLeavesToDockerOnlyWhatTheProgramWouldLeaveToIt(CommandLine line) throws Exception {
        Optional<DockerWords> read =
                DockerWords.parse(wrapper.direct(line.shell(), "").call().words(), Map.of());
        assertThat(read.filter(known -> known.command() == DockerWords.Command.BUILD)
                        .flatMap(known -> BuildWords.parse(known.rest())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void withoutABuilderEverythingIsUntouched(CommandLine line) throws Exception {
        WrapperFolder.Run direct = wrapper.direct(line.shell(), "");

        WrapperFolder.Run run = wrapper.run(line.shell(), "", Map.of("SANDBOX_IMAGE_BUILDER", ""));

        assertThat(run.code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        assertThat(run.call().words()).isEqualTo(direct.call().words());
    }

    @Test
    void tableIsLongEnoughToMeanSomething() throws Exception {
        assertThat(CommandLine.all()).hasSizeGreaterThan(100).doesNotHaveDuplicates();
    }
}
