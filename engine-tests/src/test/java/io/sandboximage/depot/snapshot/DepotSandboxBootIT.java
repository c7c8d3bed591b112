package io.sandboximage.depot.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.DataSize;
import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.credentials.Credentials;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressEvent;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.testkit.depot.DepotEmulator;
import io.sandboximage.testkit.depot.DepotSandboxHost;
import io.sandboximage.testkit.depot.DepotSandboxReport;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.QemuGuest;
import io.sandboximage.testkit.engine.RegistryProcess;
import io.sandboximage.testkit.engine.RequiresEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole flow: an image in a real registry, unpacked by our converter in a sandbox that really runs it, downloaded, booted. */
@RequiresEngine({
    Engine.QEMU,
    Engine.CLOUD_KERNEL,
    Engine.BUSYBOX_STATIC,
    Engine.E2FSPROGS,
    Engine.DOCKER_REGISTRY,
    Engine.LOOP_MOUNTS
})
class DepotSandboxBootIT {
    private static final Duration BOOT_TIMEOUT = Duration.ofMinutes(5);
    private static final String INIT = """
        #!/bin/busybox sh
        busybox mount -t proc proc /proc
        busybox grep -q ' / ext4 rw' /proc/mounts && echo "guest: $(busybox cat /etc/from-the-image)"
        busybox sync
        busybox poweroff -f
        """;

    @TempDir
    Path folder;

    @Test
    void anImageBecomesAFileThatBootsAndAnArtifactInTheRegistry() throws IOException {
        try (RegistryProcess registry = RegistryProcess.startWithBasicAuth(
                        Engine.DOCKER_REGISTRY,
                        Files.createDirectory(folder.resolve("registry")),
                        "x-token",
                        "secret");
                DepotSandboxHost host =
                        DepotSandboxHost.hostPrograms(Files.createDirectory(folder.resolve("sandboxes")));
                DepotEmulator emulator = DepotEmulator.start()
                        .token(DepotSandboxSnapshotterIT.TOKEN)
                        .sandboxes(host)
                        .unimplemented("SnapshotSandbox");
                DepotSandboxes sandboxes = DepotSandboxes.of(DepotSandboxSnapshotterIT.access(emulator))) {
            CredentialProvider login =
                    CredentialProvider.of(registry.address(), Credentials.basic("x-token", "secret"));
            ImageReference reference = ImageReference.parse(registry.address() + "/acme/bootable:v1");
            ImageReference artifact = reference.withTag("v1-ext4");
            Path ext4 = folder.resolve("bootable.ext4");
            ConcurrentLinkedQueue<ProgressEvent> events = new ConcurrentLinkedQueue<>();
            try (RegistryClient registries =
                    RegistryClient.builder().credentials(login).build()) {
                registries.sink(reference).write(bootable(), ProgressTask.silent());
                try (ImageSource image = registries.source(reference)) {
                    Snapshot snapshot = DepotSandboxSnapshotter.of(sandboxes)
                            .helper(UnpackHelper.ofThisSdk())
                            .credentials(login)
                            .size(DataSize.parse("64MiB"))
                            .artifact(artifact)
                            .download(ext4)
                            .snapshot(image, ProgressTask.root(events::add, "test"));
                    assertThat(snapshot.properties())
                            .containsEntry("registeredBy", "artifact")
                            .containsEntry("sizeBytes", Long.toString(64L << 20));
                }
                try (ImageSource pushed = registries.source(artifact)) {
                    assertThat(pushed.descriptor().sizeBytes()).isPositive();
                }
            }
            // Tasks of the converter in the sandbox, as they came over its standard output.
            assertThat(events)
                    .filteredOn(ProgressEvent.Started.class::isInstance)
                    .extracting(event -> ((ProgressEvent.Started) event).label())
                    .anyMatch(label -> label.startsWith("fetch "))
                    .contains("push bootable-v1.ext4");
            assertThat(host.reports()).isNotEmpty().allMatch(DepotSandboxReport::gone);

            Command.of("e2fsck", "-f", "-n", ext4).run().orFail();
            assertThat(QemuGuest.boot(ext4, "/sbin/init", folder, BOOT_TIMEOUT))
                    .contains("guest: unpacked in a sandbox");
        }
    }

    private static ImageSource bootable() {
        LayerSpec layer = LayerSpec.empty()
                .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                .file("/sbin/init", INIT.getBytes(StandardCharsets.UTF_8), 0755)
                .file("/etc/from-the-image", "unpacked in a sandbox".getBytes(StandardCharsets.UTF_8), 0644)
                .directory("/dev", 0755)
                .directory("/proc", 0755);
        return ImageAssembly.scratch(Platform.LINUX_AMD64).layer(layer).produce(ProgressTask.silent());
    }
}
