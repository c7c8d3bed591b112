package io.sandboximage.examples.workflow;

import io.sandboximage.Delivery;
import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.build.DepotBuildResult;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.DepotOutput;
import io.sandboximage.depot.registry.DepotPush;
import io.sandboximage.depot.registry.DepotRegistry;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Builds on Depot, saves the image in Depot's registry, and has Depot push it to others, server to server: no layer comes through
 * this machine. Replaces the script around
 *
 * <pre>{@code
 * depot build --save --platform linux/amd64 --metadata-file build.json sandbox
 * depot push --tag ghcr.io/acme/sandbox:main "$(jq -r '.["depot.build"].buildID' build.json)"
 * }</pre>
 *
 * <pre>{@code DEPOT_TOKEN=… DEPOT_PROJECT_ID=… DepotSaveAndPush sandbox ghcr.io/acme/sandbox:main}</pre>
 *
 * <p>{@code DEPOT_BLOB_URL} names another service to copy blobs than Depot's own.
 */
public final class DepotSaveAndPush {
    private DepotSaveAndPush() {}

    public static void main(String[] args) {
        List<ImageReference> names =
                Stream.of(args).skip(1).map(ImageReference::parse).toList();
        try (DepotBuilder depot = Depot.builder(Path.of(args[0]));
                DepotRegistry saved = DepotRegistry.fromEnvironment();
                RegistryClient registries = RegistryClient.fromEnvironment();
                ProgressRenderer renderer = Progress.terminal();
                ProgressTask task = ProgressTask.root(renderer, "build, save and push")) {
            DepotBuildResult build = depot.build(
                    DockerfileBuild.of(Path.of(args[0])),
                    List.of(Platform.LINUX_AMD64),
                    DepotOutput.none().saved(),
                    task);
            DepotPush push = Optional.ofNullable(System.getenv("DEPOT_BLOB_URL"))
                    .map(URI::create)
                    .map(saved.push(registries)::blobService)
                    .orElseGet(() -> saved.push(registries));
            for (Delivery pushed : push.push(build.buildId(), names, task)) {
                System.out.println(pushed.destination() + ": " + pushed.blobsMounted() + " blobs copied by Depot, "
                        + pushed.blobsCopied() + " through here");
            }
            task.done();
        }
    }
}
