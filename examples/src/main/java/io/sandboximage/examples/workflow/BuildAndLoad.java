package io.sandboximage.examples.workflow;

import io.sandboximage.BuildRequest;
import io.sandboximage.PipelineResult;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.credentials.CredentialProvider;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import java.nio.file.Path;

/**
 * Builds where everybody's cache is, and loads the result into the engine of this machine: only layers that the engine lacks travel.
 * Replaces the script around
 *
 * <pre>{@code
 * docker buildx build --builder shared --load -t acme/sandbox:local sandbox
 * }</pre>
 *
 * <pre>{@code BUILDKIT_HOST=tcp://builder.example.com:1234 BuildAndLoad sandbox acme/sandbox:local}</pre>
 */
public final class BuildAndLoad {
    private BuildAndLoad() {}

    public static void main(String[] args) {
        try (DockerEngine engine = DockerEngine.local();
                BuildKitBuilder builder = BuildKitBuilder.auto()
                        .credentials(CredentialProvider.fromEnvironment())
                        .inPlace()) {
            PipelineResult result = SandboxImagePipeline.builder()
                    .build(BuildRequest.dockerfile(Path.of(args[0]), "Dockerfile")
                            .platform(Platform.linuxOnThisMachine()))
                    .with(builder)
                    .to(engine.tag(args[1]))
                    .progress(Progress.terminal())
                    .run();
            result.deliveries()
                    .forEach(loaded -> System.out.println(args[1] + ": " + loaded.blobsCopied() + " layers loaded, "
                            + loaded.blobsSkipped() + " there already"));
        }
    }
}
