package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sandbox-image depot sandbox} and {@code depot snapshot} with sandboxes that really run commands. */
@RequiresEngine({Engine.BUSYBOX_STATIC, Engine.LOOP_MOUNTS})
class DepotSandboxCommandsIT {
    @TempDir
    Path folder;

    private DepotSandboxHost host;
    private DepotEmulator emulator;

    /** What a command line did. */
    @BeforeEach
    void start() {
        host = DepotSandboxHost.busybox(folder.resolve("sandboxes"));
        emulator = DepotEmulator.start().token("hush").sandboxes(host);
    }

    @AfterEach
    void stop() {
        emulator.close();
        host.close();
    }

    @Test
    void runsProgramsInSandboxesFromTheirCreationToTheirEnd() {
        CommandLineRun created =
                run("sandbox", "create", "--name", "mine", "--timeout", "5", "-e", "GREETING=hello", "--json");
        assertThat(created.code()).as(created.err()).isZero();
        assertThat(created.out()).contains("\"status\": \"RUNNING\"", "\"name\": \"mine\"", "\"expiresAt\"");
        String id = created.out().replaceAll("(?s).*\"id\": \"([^\"]+)\".*", "$1");
        assertThat(run("sandbox", "list").out()).contains(id, "RUNNING", "mine");

        CommandLineRun executed =
                run("sandbox", "exec", "-w", "/tmp", id, "sh", "-c", "echo $GREETING from $(pwd); exit 5");
        assertThat(executed.code()).isEqualTo(5);
        assertThat(executed.out()).isEqualTo("hello from /tmp\n");

        assertThat(run("sandbox", "snapshot", id, "--name", "kept").out()).contains("@sha256:");
        assertThat(run("sandbox", "stop", id).out()).contains("FINISHED");
        CommandLineRun again = run("sandbox", "kill", id);
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("sandbox has already ended");
        assertThat(run("sandbox", "list").out()).doesNotContain(id);
        assertThat(run("sandbox", "list", "--all").out()).contains(id);
    }

    @Test
    void whatAServerDoesNotHaveIsSaidClearly() {
        emulator.unimplemented("CreateSandbox");
        CommandLineRun refused = run("sandbox", "create");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("not available on this server");
    }

    @Test
    void makesASnapshotOfALayoutHere() {
        Path layout = folder.resolve("layout");
        OciLayout.sink(layout, "v1")
                .write(
                        ImageAssembly.scratch(Platform.LINUX_AMD64)
                                .layer(LayerSpec.empty()
                                        .file("/etc/inside", "yes".getBytes(StandardCharsets.UTF_8), 0644))
                                .produce(ProgressTask.silent()),
                        ProgressTask.silent());
        Path file = folder.resolve("here.ext4");
        CommandLineRun local = run("snapshot", "oci:" + layout + ":v1", "--local", "-o", file.toString(), "--json");
        assertThat(local.code()).as(local.err()).isZero();
        assertThat(local.out()).contains("\"registeredBy\": \"file\"");
        assertThat(file).isNotEmptyFile();
        CommandLineRun unpullable = run("snapshot", "oci:" + layout + ":v1", "-o", file.toString());
        assertThat(unpullable.code()).isEqualTo(1);
        assertThat(unpullable.err()).contains("pulls from registries");
        assertThat(host.reports()).isEmpty();
    }

    private CommandLineRun run(String... arguments) {
        List<String> line = new ArrayList<>(List.of("depot"));
        line.addAll(List.of(arguments));
        Map<String, String> environment = Map.of(
                "DEPOT_TOKEN",
                "hush",
                "DEPOT_API_URL",
                emulator.url().toString(),
                "XDG_CONFIG_HOME",
                folder.toString());
        return CommandLineRun.of(new byte[0], environment, line.toArray(new String[0]));
    }
}
