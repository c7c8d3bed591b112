package io.sandboximage.examples;

import io.sandboximage.ImageSource;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.progress.Progress;
import io.sandboximage.record.Recorders;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Makes an ext4 file from an image and notes in an env file where it is and what it was made from.
 *
 * <pre>{@code PipelineToExt4 ghcr.io/acme/app:v1 sandbox.ext4 .env}</pre>
 */
public final class PipelineToExt4 {
    private PipelineToExt4() {}

    public static void main(String[] args) {
        try (RegistryClient registries = RegistryClient.fromEnvironment();
                ImageSource source = Place.parse(args[0]).source(registries)) {
            PipelineResult result = SandboxImagePipeline.builder()
                    .from(source)
                    .snapshot(Ext4Snapshotter.to(Path.of(args[1])).label("sandbox"))
                    .record(Recorders.envFile(Path.of(args[2]), "SANDBOX_ROOTFS")
                            .set("SANDBOX_IMAGE_DIGEST", Recorders.imageDigest()))
                    .progress(Progress.terminal())
                    .deadline(Duration.ofMinutes(10))
                    .run();
            System.out.println(result.snapshots().get(0));
        }
    }
}
