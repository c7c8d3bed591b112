package io.sandboximage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LauncherTest {
    @TempDir
    Path dir;

    @Test
    void startsFromAnywhereThroughLinksAndPathsWithSpaces() throws Exception {
        Path folder = Files.createDirectories(dir.resolve("a folder"));
        Path absolute = Files.createSymbolicLink(folder.resolve("first link"), Launcher.script("sandbox-image"));
        Path relative = Files.createSymbolicLink(folder.resolve("second"), absolute.getFileName());

        ProcessBuilder builder = Launcher.process(relative, "--version").directory(folder.toFile());

        assertThat(Launcher.output(builder, "")).startsWith("sandbox-image ");
    }

    @Test
    void javaThatIsTooOldIsNamed() throws Exception {
        Path java = Files.createDirectories(dir.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        ProcessBuilder builder = Launcher.process(Launcher.script("sandbox-image"), "--version");
        builder.environment().put("JAVA_HOME", dir.toString());

        Process process = builder.redirectErrorStream(true).start();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Java 11", "17 or newer");
        assertThat(process.waitFor()).isEqualTo(1);
    }

    @Test
    void interruptEndsWith130AndLeavesNothingBehind() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String image = "127.0.0.1:" + silent.getLocalPort() + "/acme/app:v1";
            Process process = Launcher.process(
                            Launcher.script("sandbox-image"),
                            "ext4",
                            image,
                            "-o",
                            dir.resolve("out.ext4").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.to(new File(dir.toFile(), "log")))
                    .start();
            try (Socket connection = silent.accept()) {
                assertThat(connection.isConnected())
                        .as("the command waits for the registry")
                        .isTrue();
                // The shell's own word: not every machine has the program.
                new ProcessBuilder("sh", "-c", "kill -INT " + process.pid())
                        .start()
                        .waitFor();
                assertThat(process.waitFor()).isEqualTo(130);
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(Files.readString(dir.resolve("log"))).contains("sandbox-image: Cancelled");
        assertThat(files()).containsExactly("log");
    }

    private Stream<String> files() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(f -> f.getFileName().toString()).toList().stream();
        }
    }
}
