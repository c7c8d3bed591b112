package io.sandboximage.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.registry.server.RegistryServer;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.depot.DepotSandboxReport;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.tests.ServedFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pipeline --depot-snapshot} by each of its ways, with sandboxes that really run what is put into them. */
@RequiresEngine({Engine.BUSYBOX_STATIC, Engine.LOOP_MOUNTS})
class PipelineDepotSnapshotIT {
    /** What Depot's helper is called with, put to the test; the file is no file system. */
    private static final String HELPER = "#!/bin/sh\necho \"content of $2\" > \"$4\"\n";

    private static final String TOKEN = "organization-token-secret";

    @TempDir
    Path folder;

    private DepotSandboxHost host;
    private DepotEmulator emulator;

    @BeforeEach
    void start() {
        host = DepotSandboxHost.hostPrograms(folder.resolve("sandboxes"));
        emulator = DepotEmulator.start().token(TOKEN).sandboxes(host);
        OciLayout.sink(folder.resolve("image")).write(image(), ProgressTask.silent());
    }

    @AfterEach
    void nothingStays() {
        assertThat(host.reports()).allMatch(DepotSandboxReport::gone);
        emulator.close();
        host.close();
    }

    @Test
    void theConverterInASandboxMakesTheSameFileAsTheOneHere() {
        Path there = folder.resolve("there.ext4");
        Path here = folder.resolve("here.ext4");
        CommandLineRun run = pipeline(
                "oci:" + folder.resolve("image"),
                "--depot-snapshot",
                "kept,size=16MiB,file=" + there,
                "--ext4",
                here + ",size=16MiB");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("\"kind\": \"depot-sandbox\"", "\"registeredBy\": \"snapshot\"", "@sha256:");
        assertThat(run.out() + run.err()).doesNotContain(TOKEN);
        assertThat(host.snapshots()).hasSize(1);
        assertThat(there).hasSameBinaryContentAs(here);
    }

    @Test
    void aHelperInASandboxPullsTheImageFromItsRegistry() {
        Path file = folder.resolve("helped.ext4");
        try (RegistryServer registry = RegistryServer.builder().start();
                RegistryClient registries = RegistryClient.builder().build();
                ServedFile helper = ServedFile.start("/snapshot", HELPER.getBytes(StandardCharsets.UTF_8))) {
            String reference = registry.reference("acme/app", "v1").toString();
            registries.sink(registry.reference("acme/app", "v1")).write(image(), ProgressTask.silent());
            CommandLineRun run = pipeline(
                    reference, "--depot-snapshot", "kept,unpack=depot,helper=" + helper.address() + ",file=" + file);
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).contains("\"registeredBy\": \"snapshot\"");
            assertThat(file).content().startsWith("content of " + reference.replace(":v1", "@sha256:"));

            CommandLineRun missing =
                    pipeline(reference, "--depot-snapshot", "kept,unpack=depot,helper=" + helper.address() + "-none");
            assertThat(missing.code()).isEqualTo(1);
            assertThat(missing.err()).contains("Could not fetch the snapshot helper", "404");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        unpack=elsewhere                  | unpack=elsewhere is not one of sandbox, here and depot
        unpack=here                       | unpack=here needs file=FILE
        helper=https://example.com/helper | helper=… is for unpack=depot, not for unpack=sandbox
        unpack=depot,helper=snapshot      | it must begin with https:// or http://
        unpack=depot                      | is in none: push it to one first
        sizes=1GiB                        | is not one of size=…
        """)
    void whatCannotBeDoneIsSaidBeforeASandboxIsMade(String words, String message) {
        CommandLineRun run = pipeline("oci:" + folder.resolve("image"), "--depot-snapshot", "kept," + words);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains(message);
        assertThat(host.reports()).isEmpty();
    }

    @Test
    void aFailureInTheSandboxIsToldAndOtherPlacesGetTheImage() {
        Path file = folder.resolve("never.ext4");
        CommandLineRun run = pipeline(
                "oci:" + folder.resolve("image"),
                "--depot-snapshot",
                "kept,size=64KiB,file=" + file,
                "--to",
                "oci:" + folder.resolve("out"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("The snapshot helper in the sandbox", "65536 bytes is not possible");
        assertThat(host.reports()).hasSize(1);
        assertThat(file).doesNotExist();
        assertThat(folder.resolve("out/index.json")).exists();
    }

    private static ImageSource image() {
        return ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(LayerSpec.empty().file("/etc/inside", "yes".getBytes(StandardCharsets.UTF_8), 0644))
                .produce(ProgressTask.silent());
    }

    private CommandLineRun pipeline(String from, String... options) {
        List<String> line = new ArrayList<>(List.of("pipeline", "--from", from, "--json"));
        line.addAll(List.of(options));
        Map<String, String> environment = Map.of(
                "DEPOT_TOKEN", TOKEN, "DEPOT_API_URL", emulator.url().toString(), "XDG_CONFIG_HOME", folder.toString());
        return CommandLineRun.of(new byte[0], environment, line.toArray(new String[0]));
    }
}
