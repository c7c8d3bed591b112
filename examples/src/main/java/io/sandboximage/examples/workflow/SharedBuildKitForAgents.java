package io.sandboximage.examples.workflow;

import io.sandboximage.BuildRequest;
import io.sandboximage.Delivery;
import io.sandboximage.SandboxImagePipeline;
import io.sandboximage.buildkit.BuildKitBuilder;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.shared.SharedBuildKit;
import io.sandboximage.shared.SharedSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Several agents, each with a checkout of its own, build on one BuildKit at the same time and load what comes out into one engine, each
 * under a tag of its own: steps that one has built are in the cache of all, and layers that are in the engine do not travel. Replaces
 * the script that started a {@code moby/buildkit} and a {@code registry} container, created a remote builder for each agent, and
 * loaded whole images.
 *
 * <pre>{@code SharedBuildKitForAgents ~/.local/state/agents 8350 8351 checkout-1 checkout-2 checkout-3}</pre>
 */
public final class SharedBuildKitForAgents {
    private SharedBuildKitForAgents() {}

    public static void main(String[] args) throws InterruptedException, ExecutionException {
        SharedBuildKit shared = SharedBuildKit.of(SharedSettings.processes(Path.of(args[0]))
                .listen("127.0.0.1", Integer.parseInt(args[1]))
                .registryListen("127.0.0.1", Integer.parseInt(args[2])));
        shared.up(ProgressTask.silent());
        List<Path> checkouts = new ArrayList<>();
        for (int i = 3; i < args.length; i++) {
            checkouts.add(Path.of(args[i]));
        }
        ExecutorService agents = Executors.newFixedThreadPool(checkouts.size());
        try (DockerEngine engine = DockerEngine.local();
                BuildKitBuilder builder = shared.builder().inPlace()) {
            List<Future<Delivery>> loads = new ArrayList<>();
            for (Path checkout : checkouts) {
                loads.add(agents.submit(() -> build(builder, engine, checkout)));
            }
            for (Future<Delivery> load : loads) {
                Delivery loaded = load.get();
                System.out.println(loaded.destination() + ": " + loaded.blobsCopied() + " layers loaded, "
                        + loaded.blobsSkipped() + " there already");
            }
        } finally {
            agents.shutdownNow();
        }
    }

    private static Delivery build(BuildKitBuilder builder, DockerEngine engine, Path checkout) {
        return SandboxImagePipeline.builder()
                .build(BuildRequest.dockerfile(checkout, "Dockerfile").platform(Platform.linuxOnThisMachine()))
                .with(builder)
                .to(engine.tag("agents/" + checkout.getFileName() + ":local"))
                .run()
                .deliveries()
                .get(0);
    }
}
