package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the wrapper finds docker itself, the builder and the JVM. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the wrapper is a shell script")
class WrapperScriptTest {
    private static final String BUILD = "build -t a/b .";

    @TempDir
    Path dir;

    private WrapperFolder wrapper;

    @BeforeEach
    void makeFolder() throws IOException {
        wrapper = new WrapperFolder(dir);
    }

    @ParameterizedTest
    @CsvSource({
        "unix:///b.sock,    '',             '',   java",
        "tcp://b:1234,      '',             '',   java",
        "auto,              '',             '',   java",
        "docker,            tcp://b:1234,   '',   docker",
        "docker://remote,   '',             '',   docker",
        "'',                tcp://b:1234,   '',   java",
        "'',                docker://,      '',   docker",
        "'',                tcp://b:1234,   named, docker",
        "tcp://b:1234,      '',             named, java",
        "'',                '',             named, docker",
        "'',                '',             '',   docker"
    })
    void environmentNamesTheBuilder(String ours, String buildkit, String buildx, String who) throws Exception {
        Map<String, String> variables =
                Map.of("SANDBOX_IMAGE_BUILDER", ours, "BUILDKIT_HOST", buildkit, "BUILDX_BUILDER", buildx);
        assertThat(wrapper.run(BUILD, "", variables).call().program()).isEqualTo(who);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DOCKER_BUILDKIT=0",
                "DOCKER_BUILDKIT=false",
                "BUILDX_GIT_LABELS=full",
                "BUILDX_NO_DEFAULT_LOAD=1",
                "EXPERIMENTAL_BUILDKIT_SOURCE_POLICY=policy.json"
            })
    void variablesThatChangeWhatDockerBuildsLeaveItToDocker(String variable) throws Exception {
        String[] parts = variable.split("=");
        assertThat(wrapper.run(BUILD, "", Map.of(parts[0], parts[1])).call().program())
                .isEqualTo("docker");
    }

    @Test
    void buildxDoesNotHeedThatDockerIsNotToUseBuildKit() throws Exception {
        assertThat(wrapper.run("buildx build .", "", Map.of("DOCKER_BUILDKIT", "0"))
                        .call()
                        .program())
                .isEqualTo("java");
    }

    @Test
    void variableNamesDockerItself() throws Exception {
        Path elsewhere = Files.createDirectories(dir.resolve("else where"));
        Path other = Files.copy(wrapper.docker, elsewhere.resolve("docker-cli"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.delete(wrapper.docker);

        assertThat(wrapper.run("ps", "", Map.of("SANDBOX_IMAGE_DOCKER", other.toString()))
                        .code())
                .isEqualTo(WrapperFolder.DOCKER_CODE);
    }

    @Test
    void noOtherDockerOnThePathIsTold() throws Exception {
        Files.delete(wrapper.docker);

        WrapperFolder.Run run = wrapper.run("ps", "", Map.of("PATH", WrapperFolder.WRAPPER.getParent() + ":/nowhere"));

        assertThat(run.code()).isEqualTo(127);
        assertThat(run.output()).contains("SANDBOX_IMAGE_DOCKER");
    }

    @Test
    void linksToItAndFoldersNamedDockerAreNotDockerItself() throws Exception {
        Path links = Files.createDirectories(dir.resolve("links"));
        Path link = Files.createSymbolicLink(links.resolve("docker"), WrapperFolder.WRAPPER);
        Files.createDirectories(dir.resolve("folders").resolve("docker"));
        Files.createDirectories(dir.resolve("files"));
        Files.writeString(dir.resolve("files").resolve("docker"), "not executable");
        String path = links + ":" + dir.resolve("folders") + "::" + dir.resolve("files") + ":"
                + WrapperFolder.WRAPPER.getParent() + ":" + wrapper.docker.getParent() + ":" + WrapperFolder.SYSTEM;

        assertThat(wrapper.run("ps", "", Map.of("PATH", path)).code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        Files.delete(link);
    }

    @Test
    void severalWrappersOnOnePathEndAtDockerItself() throws Exception {
        Path copies = Files.createDirectories(dir.resolve("copies"));
        Files.copy(WrapperFolder.WRAPPER, copies.resolve("docker"), StandardCopyOption.COPY_ATTRIBUTES);
        String ours = WrapperFolder.WRAPPER.getParent().toString();
        for (String first : new String[] {ours + ":" + copies, copies + ":" + ours, ours + ":" + copies + ":" + ours}) {
            String path = first + ":" + wrapper.docker.getParent() + ":" + WrapperFolder.SYSTEM;
            assertThat(wrapper.run("ps", "", Map.of("PATH", path)).code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        }
    }

    @Test
    void scriptThatCallsItAndIsFoundByItIsNoEndlessLoop() throws Exception {
        Files.writeString(wrapper.docker, "#!/bin/sh\nexec '" + WrapperFolder.WRAPPER + "' \"$@\"\n");
        String path = wrapper.docker.getParent() + ":" + WrapperFolder.SYSTEM;

        WrapperFolder.Run run = wrapper.run("ps", "", Map.of("PATH", path));

        assertThat(run.code()).isEqualTo(127);
        assertThat(run.output()).contains("SANDBOX_IMAGE_DOCKER");
    }

    @Test
    void callByItsPathNeedsNoPlaceOnThePath() throws Exception {
        String path = wrapper.docker.getParent() + ":" + WrapperFolder.SYSTEM;
        ProcessBuilder shell = wrapper.shell("'" + WrapperFolder.WRAPPER + "' ps", Map.of("PATH", path));

        assertThat(wrapper.run(shell, "").code()).isEqualTo(WrapperFolder.DOCKER_CODE);
    }

    @Test
    void withoutAJvmDockerItselfBuilds() throws Exception {
        WrapperFolder.Run run = wrapper.run(BUILD, "", Map.of("JAVA_HOME", dir.toString()));

        assertThat(run.code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        assertThat(run.call().words()).containsExactly("build", "-t", "a/b", ".");
        assertThat(run.output()).contains("JAVA_HOME", "docker itself builds");
    }

    @Test
    void environmentOfTheJvmHasNothingOfTheWrappersButACharacterSet() throws Exception {
        Map<String, String> bare = Map.of("LC_ALL", "", "LC_CTYPE", "", "LANG", "");
        String before = wrapper.run("ps", "", bare).call().environment();

        WrapperFolder.Call java = wrapper.run(BUILD, "", bare).call();

        assertThat(java.environment().lines()).containsAll(before.lines().toList());
        assertThat(java.environment()
                        .lines()
                        .filter(line -> !before.lines().toList().contains(line)))
                .containsExactly("LC_ALL=C.UTF-8");
        assertThat(java.words()).contains("-Dsandboximage.locale=", "-Dsandboximage.docker=" + wrapper.docker);
    }

    @Test
    void endBySignalIsPassedOn() throws Exception {
        Files.writeString(wrapper.docker, "#!/bin/sh\nkill -TERM $$\n");
        ProcessBuilder shell = wrapper.shell("exec docker ps", Map.of());
        assertThat(wrapper.run(shell, "").code()).isEqualTo(128 + 15);
    }

    @Test
    void passingOnNeedsNoOtherProgram() throws Exception {
        // Whatever would be run besides docker is not found.
        String path = WrapperFolder.WRAPPER.getParent() + ":" + dir.resolve("real bin");
        Files.writeString(wrapper.docker, "#!/bin/sh\necho \"$1 $$\"\nexit 7\n");

        WrapperFolder.Run run = wrapper.run(wrapper.shell("echo shell $$; exec docker ps", Map.of("PATH", path)), "");

        assertThat(run.code()).isEqualTo(7);
        String[] lines = run.output().split("\n");
        assertThat(lines[1]).as("the same process").isEqualTo(lines[0].replace("shell", "ps"));
    }
}
