package io.sandboximage.depot.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Daemon;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that ends in the middle of a build, and what it leaves behind: at Depot, on the disk, in its log. */
@RequiresEngine({Engine.BUILDKITD, Engine.RUNC, Engine.OPENSSL, Engine.DOCKER_REGISTRY, Engine.BUSYBOX_STATIC})
class DepotProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static DepotLab lab;
    private static Path context;

    @BeforeAll
    static void start() throws IOException {
        lab = DepotLab.start(folder);
        context = DepotLab.directory(folder, "endless");
        Files.copy(Engine.BUSYBOX_STATIC.path(), context.resolve("busybox"));
        context.resolve("busybox").toFile().setExecutable(true);
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM scratch\nCOPY busybox /busybox\nRUN [\"/busybox\", \"sleep\", \"1000\"]\n");
    }

    @AfterAll
    static void stop() {
        lab.close();
    }

    @Test
    void terminatedProcessTellsTheEndOfItsBuild() throws IOException {
        String log = runAndEnd("-TERM");
        assertThat(lab.last().outcomes()).containsExactly("canceled");
        assertThat(log).contains("sleep").doesNotContain(DepotLab.TOKEN, "build-token-of", "PRIVATE KEY");
    }

    @Test
    void killedProcessLeavesNoBuildOpenForLong() throws IOException {
        runAndEnd("-KILL");
        assertThat(lab.last().outcomes()).isEmpty();
        lab.emulator.buildTimeout(Duration.ZERO);
        assertThat(lab.last().outcomes()).containsExactly("timed out");
        lab.emulator.buildTimeout(Duration.ofMinutes(5));
    }

    /** Ends the program in the middle of a step, and looks at everything that it wrote until then. */
    private static String runAndEnd(String signal) throws IOException {
        Path home = Files.createTempDirectory(folder, "home");
        Path temporary = DepotLab.directory(home, "tmp");
        List<Object> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-Duser.home=" + home,
                "-cp",
                System.getProperty("java.class.path"),
                DepotProgram.class.getName(),
                lab.emulator.url(),
                DepotLab.TOKEN,
                context));
        int before = lab.emulator.builds().size();
        try (Daemon program = Command.of(command.toArray()).in(home).start(folder.resolve("log" + before + signal))) {
            program.await(
                    "running its step",
                    LIMIT,
                    () -> lab.emulator.builds().size() > before
                            && lab.emulator.steps(lab.last().id()).stream().anyMatch(name -> name.contains("sleep")));
            assertThat(secretsBelow(home)).isEmpty();
            Command.of("kill", signal, Long.toString(program.pid())).run().orFail();
            program.awaitEnd(LIMIT);
            assertThat(secretsBelow(home)).isEmpty();
            return program.log();
        }
    }

    private static List<Path> secretsBelow(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            return files.filter(Files::isRegularFile)
                    .filter(DepotProcessIT::hasSecrets)
                    .toList();
        }
    }

    private static boolean hasSecrets(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return text.contains("PRIVATE KEY") || text.contains(DepotLab.TOKEN) || text.contains("build-token-of");
        } catch (IOException e) {
            return false; // Gone again.
        }
    }
}
