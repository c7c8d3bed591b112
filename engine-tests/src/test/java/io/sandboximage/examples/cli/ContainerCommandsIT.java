package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerHost;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code sandbox} and {@code shared}, as scripts use them. */
@RequiresEngine({Engine.DOCKER_28, Engine.DOCKER_CLI, Engine.BUSYBOX_STATIC, Engine.RUNC})
class ContainerCommandsIT {
    @TempDir
    static Path state;

    private static DockerProcess docker;

    @BeforeAll
    static void start() {
        docker = DockerProcess.start(DockerProcess.Kind.V28_CLASSIC, state);
        ImageAssembly image = ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(LayerSpec.empty()
                        .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                        .symlink("/bin/sh", "busybox")
                        .symlink("/bin/cat", "busybox")
                        .symlink("/bin/sleep", "busybox"))
                .env("PATH", "/bin")
                .cmd("sh", "-c", "echo begun; sleep 600");
        try (DockerEngine engine = DockerEngine.at(DockerHost.unix(docker.socket()))) {
            DockerLoader.into(engine).tag("box:1").load(image.produce(ProgressTask.silent()), ProgressTask.silent());
        }
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    /** What a command line did. */
    @Test
    void sandboxesAreRunUsedAndRemoved() {
        CommandLineRun run = run(
                "",
                "sandbox",
                "run",
                "--host",
                docker.address(),
                "--name",
                "cli",
                "-e",
                "A=b",
                "--ready",
                "log:begun",
                "box:1");
        assertThat(run).isEqualTo(new CommandLineRun(0, "cli\n", run.err()));
        assertThat(run(
                        "in",
                        "sandbox",
                        "exec",
                        "-i",
                        "--host",
                        docker.address(),
                        "cli",
                        "sh",
                        "-c",
                        "cat; echo $A >&2; exit 42"))
                .isEqualTo(new CommandLineRun(42, "in", "b\n"));
        assertThat(run("", "sandbox", "exec", "--json", "--host", docker.address(), "cli", "nonsense"))
                .satisfies(missing -> assertThat(missing.code()).isEqualTo(127))
                .satisfies(missing -> assertThat(missing.out()).contains("\"exitCode\": 127"));
        assertThat(run("", "sandbox", "logs", "--host", docker.address(), "cli").out())
                .isEqualTo("begun\n");
        assertThat(run("", "sandbox", "list", "--host", docker.address()).out()).isEqualTo("cli  running  box:1\n");
        assertThat(run("", "sandbox", "rm", "--host", docker.address(), "cli").out())
                .isEqualTo("cli\n");
        assertThat(run("", "sandbox", "exec", "--host", docker.address(), "cli", "true"))
                .satisfies(gone -> assertThat(gone.code()).isEqualTo(1))
                .satisfies(gone -> assertThat(gone.err()).contains("has no sandbox cli"));
    }

    @Test
    void sharedServicesThatAreNotThereAreToldAsSuch() {
        List<String> place = List.of(
                "--host",
                docker.address(),
                "--directory",
                state.resolve("shared").toString());
        CommandLineRun status = run("", line(place, "shared", "status", "--json"));
        assertThat(status.code()).isEqualTo(1);
        assertThat(status.out()).contains("\"healthy\": false", "it is not there");
        CommandLineRun up = run("", line(place, "shared", "up", "--buildkit-image", "none:1"));
        assertThat(up.code()).isEqualTo(1);
        assertThat(up.err()).contains("none:1");
        assertThat(run("", line(place, "shared", "down", "-v"))).isEqualTo(new CommandLineRun(0, "", ""));
    }

    private static String[] line(List<String> more, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(more);
        return all.toArray(new String[0]);
    }

    private static CommandLineRun run(String input, String... line) {
        return CommandLineRun.of(input.getBytes(StandardCharsets.UTF_8), Map.of(), line);
    }
}
