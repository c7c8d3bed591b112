package io.sandboximage.examples.service;

import io.sandboximage.BuildRequest;
import io.sandboximage.DataSize;
import io.sandboximage.ImageBuilder;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Platform;
import io.sandboximage.registry.Registry;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Builds a folder below {@code contexts}, pushes into one registry, and writes file systems below {@code output}. All jobs share the
 * builder and the client, which stay the caller's.
 */
record BuildPipelines(Path contexts, Path output, String registry, ImageBuilder builder, RegistryClient registries)
        implements Pipelines {
    private static final Duration DEADLINE = Duration.ofMinutes(30);
    private static final DataSize SPOOL = DataSize.parse("1GiB");

    @Override
    public SandboxImagePipeline.Builder pipeline(String id, PipelineOrder order) {
        SandboxImagePipeline.Builder pipeline = SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(context(order), order.dockerfile())
                        .platform(Platform.linuxOnThisMachine()))
                .with(builder)
                .to(Registry.of(registry + "/" + order.image()).with(registries))
                .deadline(DEADLINE)
                .spoolLimit(SPOOL);
        return order.ext4()
                ? pipeline.snapshot(
                        Ext4Snapshotter.to(output.resolve(id + ".ext4")).threads(1))
                : pipeline;
    }

    /** The order's folder; also where it is a link, it has to be below ours. */
    private Path context(PipelineOrder order) {
        try {
            Path context = contexts.resolve(order.context()).toRealPath();
            if (context.startsWith(contexts.toRealPath())) {
                return context;
            }
        } catch (IOException e) {
            throw new NotFoundException("There is no context \"" + order.context() + "\"", e);
        }
        throw new InvalidRequestException("The context \"" + order.context() + "\" leads out of the service's folder");
    }
}
