package io.sandboximage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ShellTest {
    private static final String SCRIPT = """
        var result = quickstart();
        System.out.println("steps: " + result.steps().size());
        System.out.println("image: " + result.image().algorithm().prefix());
        System.out.println(image("oci:some/dir:v1").name());
        System.out.println(Platform.parse("linux/arm64"));
        /exit
        """;

    @TempDir
    Path dir;

    @Test
    void scriptOnStandardInputHasTheWholeChain() throws Exception {
        String out = Launcher.output(shell(), SCRIPT);
        assertThat(out).isEqualTo("steps: 5\nimage: sha256\noci:some/dir:v1\nlinux/arm64\n");
    }

    @Test
    void scriptInAFile() throws Exception {
        Path script = Files.writeString(
                dir.resolve("a script.jsh"), "System.out.println(Place.parse(\"alpine\").reference().get());\n/exit\n");
        assertThat(Launcher.output(shell(script.toString()), "")).isEqualTo("docker.io/library/alpine:latest\n");
    }

    @Test
    void tutorial() throws Exception {
        assertThat(Launcher.output(shell("jshell/tutorial.jsh"), "")).isEqualTo("""
            kept: true
            layers: 1
            copied: 2
            copied again: 0
            files: 3
            plan: IMAGE
            plan: DESTINATION
            plan: SNAPSHOT
            plan: RECORD
            recorded: true
            reused: true
            missing: true
            """);
    }

    private ProcessBuilder shell(String... args) {
        ProcessBuilder builder = Launcher.process(Launcher.script("sdk-shell"), args);
        return builder;
    }
}
