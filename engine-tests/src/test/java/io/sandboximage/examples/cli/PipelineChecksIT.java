package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.daytona.CommandAnswer;
import io.sandboximage.testkit.daytona.DaytonaEmulator;
import io.sandboximage.testkit.daytona.ScriptedClock;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.CommandResult;
import io.sandboximage.testkit.engine.DockerProcess;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.JavaProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code pipeline --smoke-test}, {@code --daytona-smoke-test} and {@code --boot-test}, run as users do, in a checkout of git. */
@RequiresEngine({
    Engine.DOCKER_28,
    Engine.DOCKER_CLI,
    Engine.RUNC,
    Engine.QEMU,
    Engine.CLOUD_KERNEL,
    Engine.BUSYBOX_STATIC,
    Engine.GIT
})
class PipelineChecksIT {
    private static final Duration TIME_PER_REQUEST = Duration.ofSeconds(3);
    private static final String INIT = """
        #!/bin/busybox sh
        busybox mount -t proc proc /proc
        busybox grep -q ' / ext4 rw' /proc/mounts && echo "guest: $(busybox cat /etc/from-the-image)"
        busybox poweroff -f
        """;

    @TempDir
    static Path folder;

    private static Path checkout;
    private static DockerProcess docker;
    private static DaytonaEmulator daytona;

    @BeforeAll
    static void start() throws IOException {
        checkout = Files.createDirectory(folder.resolve("checkout"));
        git("init", "-q");
        git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "--allow-empty", "-m", "all");
        git("checkout", "-q", "--detach");
        docker = DockerProcess.start(DockerProcess.Kind.V28_CONTAINERD, folder.resolve("docker"));
        daytona = DaytonaEmulator.builder()
                .clock(ScriptedClock.startNow())
                .timePerRequest(TIME_PER_REQUEST)
                .start();
        LayerSpec layer = LayerSpec.empty()
                .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                .symlink("/bin/sh", "busybox")
                .file("/sbin/init", INIT.getBytes(StandardCharsets.UTF_8), 0755)
                .file("/etc/from-the-image", "checked".getBytes(StandardCharsets.UTF_8), 0644)
                .directory("/dev", 0755)
                .directory("/proc", 0755);
        OciLayout.sink(folder.resolve("image"))
                .write(
                        ImageAssembly.scratch(Platform.LINUX_AMD64)
                                .layer(layer)
                                .env("PATH", "/bin")
                                .produce(ProgressTask.silent()),
                        ProgressTask.silent());
    }

    @AfterAll
    static void stop() {
        daytona.close();
        docker.close();
    }

    @AfterEach
    void noSandboxIsLeft() {
        assertThat(daytona.sandboxes()).isEmpty();
        assertThat(docker.docker("ps", "--all", "--quiet").run().orFail().output())
                .isEmpty();
    }

    @Test
    void whatWorksEverywhereIsRecorded() {
        Path env = folder.resolve("good.env");
        String sha = git("rev-parse", "HEAD").output().substring(0, 7);
        CommandResult run = pipeline(
                        "good",
                        "--ext4",
                        "../out/{branch}-{shortSha}{dirty}.ext4,size=32MiB",
                        "--smoke-test",
                        "busybox cat /etc/from-the-image",
                        "--smoke-test",
                        "busybox test -x /sbin/init",
                        "--daytona-smoke-test",
                        "true",
                        "--boot-test",
                        Engine.CLOUD_KERNEL.path() + ",initrd=" + QemuGuest.initrd("/sbin/init", folder)
                                + ",expect=guest: checked",
                        "--record",
                        "env:" + env + ":SNAPSHOT")
                .orFail();
        assertThat(run.output().lines())
                .anyMatch(line -> line.matches("done +check +smoke test in the engine .*"))
                .anyMatch(line -> line.matches("done +check +smoke test in Daytona .*"))
                .anyMatch(line -> line.matches("done +check +boot .*"));
        assertThat(run.errors()).contains("busybox cat /etc/from-the-image: checked");
        assertThat(env).exists();
        assertThat(folder.resolve("out/feature-one-" + sha + ".ext4")).exists();
    }

    @Test
    void filesAreNamedByWhatGitSaysAlone() {
        CommandResult run = pipeline("unknown", "--ext4", "{nonsense}.ext4");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors()).contains("has the variable {nonsense}; there are sha, shortSha, branch");
        assertThat(checkout).isDirectoryNotContaining("glob:**.ext4");
    }

    @Test
    void whatDoesNotWorkIsNotRecorded() {
        Path env = folder.resolve("bad.env");
        daytona.commands(command -> new CommandAnswer(4, "no " + command));
        CommandResult run = pipeline(
                "bad",
                "--smoke-test",
                "echo not here >&2; exit 3",
                "--daytona-smoke-test",
                "node --version",
                "--record",
                "env:" + env + ":SNAPSHOT");
        daytona.commands(command -> new CommandAnswer(0, ""));
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("exit 3\" ended with exit code 3. It wrote: not here")
                .contains("\"node --version\" ended with exit code 4. It wrote: no node --version");
        assertThat(env).doesNotExist();
    }

    /** Brings the image into the engine and to Daytona under a name, with these options. */
    private static CommandResult pipeline(String name, Object... options) {
        List<Object> words = new ArrayList<>(List.of("pipeline", "--from", "oci:" + folder.resolve("image")));
        words.addAll(List.of("--to", "docker-daemon:" + name + ":1", "--daytona", name, "--progress", "plain"));
        words.addAll(List.of(options));
        List<String> line =
                JavaProgram.line(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"), SandboxImageCommand.class, words);
        return Command.of(line.toArray())
                .env("DOCKER_HOST", docker.address())
                .env("DAYTONA_API_URL", daytona.url().toString())
                .env("DAYTONA_API_KEY", "dtn_test")
                .env("XDG_CONFIG_HOME", folder.toString())
                .env("GITHUB_HEAD_REF", "Feature/One")
                .in(checkout)
                .run();
    }

    private static CommandResult git(Object... words) {
        return Command.of(Engine.GIT.path()).with(words).in(checkout).run().orFail();
    }
}
