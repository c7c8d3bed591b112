package io.sandboximage.examples;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.progress.Progress;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.store.CopyOptions;

/**
 * Copies one image to any number of places at once; what a place has already is not moved again.
 *
 * <pre>{@code CopyBetweenStores oci:build/image:v1 ghcr.io/acme/app:v1 oci:backup:v1}</pre>
 */
public final class CopyBetweenStores {
    private CopyBetweenStores() {}

    public static void main(String[] args) {
        try (RegistryClient registries = RegistryClient.fromEnvironment();
                ImageSource source = Place.parse(args[0]).source(registries)) {
            SandboxImagePipeline.Builder pipeline =
                    SandboxImagePipeline.builder().from(source).progress(Progress.terminal());
            for (int i = 1; i < args.length; i++) {
                pipeline.to(Place.parse(args[i]).sink(registries, CopyOptions.DEFAULT));
            }
            PipelineResult result = pipeline.run();
            for (Delivery delivery : result.deliveries()) {
                System.out.println(delivery.destination() + ": " + delivery.blobsCopied() + " blobs copied, "
                        + delivery.blobsSkipped() + " present");
            }
        }
    }
}
