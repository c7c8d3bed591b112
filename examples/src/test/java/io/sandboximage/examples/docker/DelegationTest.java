package io.sandboximage.examples.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program itself leaves to docker, after the start of a real JVM: docker gets exactly what the wrapper got. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the wrapper is a shell script")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class DelegationTest {
    private static final String INPUT = "two\nlines ä";

    @TempDir
    Path dir;

    private WrapperFolder wrapper;
    private Map<String, String> jvm;

    @BeforeEach
    void makeFolder() throws Exception {
        wrapper = new WrapperFolder(dir);
        jvm = new HashMap<>(Map.of(
                "JAVA_HOME", System.getProperty("java.home"),
                "SANDBOX_IMAGE_CLASS_PATH", System.getProperty("java.class.path"),
                "LC_ALL", "",
                "LC_CTYPE", "",
                "LANG", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "build -t '' --label 'a=\"q\" '\\''s ünïcödé ☃' --build-arg 'B=one\n two\\' --build-arg '*' '$HOME'",
                "--context a -H b build -- .",
                "build -o type=oci,dest='a b.tar' ."
            })
    void valueThatOnlyDockerKnowsLeavesEverythingAsItWas(String words) throws Exception {
        WrapperFolder.Run direct = wrapper.run(wrapper.shell("'" + wrapper.docker + "' " + words, jvm), INPUT);

        assertThat(wrapper.run(words, INPUT, jvm)).isEqualTo(direct);
        assertThat(direct.code()).isEqualTo(WrapperFolder.DOCKER_CODE);
    }

    @Test
    void refusalBeforeTheBuildLeavesItToDockerAndSaysWhy() throws Exception {
        jvm.put("DOCKER_HOST", "unix://" + dir.resolve("none.sock"));
        WrapperFolder.Run run = wrapper.run("build -t UPPER .", INPUT, jvm);

        assertThat(run.code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        assertThat(run.call().words()).containsExactly("build", "-t", "UPPER", ".");
        assertThat(run.call().input()).isEqualTo(INPUT);
        assertThat(run.output()).contains("UPPER", "docker itself builds");
    }

    @Test
    void proxiesInDockersConfigurationAreForDocker() throws Exception {
        Path config = Files.createDirectories(dir.resolve("config"));
        Files.writeString(
                config.resolve("config.json"), "{\"proxies\": {\"default\": {\"httpProxy\": \"http://p:1\"}}}");

        WrapperFolder.Run run = wrapper.run("--config '" + config + "' build .", INPUT, jvm);

        assertThat(run.code()).isEqualTo(WrapperFolder.DOCKER_CODE);
        assertThat(run.call().words()).containsExactly("--config", config.toString(), "build", ".");
    }

    @Test
    void usedUpStandardInputIsNotLeftToDocker() throws Exception {
        jvm.put("DOCKER_HOST", "unix://" + dir.resolve("none.sock"));
        jvm.put("SANDBOX_IMAGE_BUILDER", "unix://" + dir.resolve("none.sock"));

        WrapperFolder.Run run = wrapper.run("build -", "FROM scratch\nCOPY <<E /x\nE\n", jvm);

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.call().program()).isEqualTo("nobody");
        assertThat(run.output()).startsWith("ERROR: failed to build: ").contains("none.sock");
    }
}
