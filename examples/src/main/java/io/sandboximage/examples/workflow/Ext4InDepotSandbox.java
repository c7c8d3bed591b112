package io.sandboximage.examples.workflow;

import io.sandboximage.ImageSource;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.Snapshot;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.depot.sandbox.DepotSandboxes;
import io.sandboximage.depot.snapshot.DepotSandboxSnapshotter;
import io.sandboximage.depot.snapshot.UnpackHelper;
import io.sandboximage.image.ImageReference;
import io.sandboximage.progress.Progress;
import io.sandboximage.record.Recorders;
import io.sandboximage.registry.RegistryClient;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Turns an image into a bootable ext4 file in a short-lived sandbox of Depot's, brings the file here too, and writes down what the
 * snapshot is called. The sandbox ends whatever happens. Replaces the script that created the sandbox, unpacked the image in it with
 * {@code umoci} and {@code mkfs.ext4}, and forgot the sandbox when it failed. For an ext4 file without Depot see
 * {@link io.sandboximage.examples.PipelineToExt4}.
 *
 * <pre>{@code DEPOT_TOKEN=… Ext4InDepotSandbox ghcr.io/acme/sandbox:main sandbox.ext4 .env}</pre>
 */
public final class Ext4InDepotSandbox {
    private Ext4InDepotSandbox() {}

    public static void main(String[] args) {
        try (RegistryClient registries = RegistryClient.fromEnvironment();
                ImageSource image = registries.source(ImageReference.parse(args[0]));
                DepotSandboxes sandboxes = DepotSandboxes.fromEnvironment()) {
            Snapshot snapshot = SandboxImagePipeline.builder()
                    .from(image)
                    .snapshot(DepotSandboxSnapshotter.of(sandboxes)
                            .helper(UnpackHelper.ofThisSdk())
                            .credentials(CredentialProvider.fromEnvironment())
                            .timeout(Duration.ofMinutes(20))
                            .download(Path.of(args[1])))
                    .record(Recorders.envFile(Path.of(args[2]), "DEPOT_SNAPSHOT"))
                    .progress(Progress.terminal())
                    .run()
                    .snapshots()
                    .get(0);
            System.out.println(snapshot.reference() + " registered as "
                    + snapshot.properties().get("registeredBy"));
        }
    }
}
