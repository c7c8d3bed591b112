package io.sandboximage.examples.workflow;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.daytona.DaytonaClient;
import io.sandboximage.daytona.snapshot.EnsuredSnapshot;
import io.sandboximage.daytona.snapshot.SnapshotSpec;
import io.sandboximage.daytona.snapshot.SnapshotWait;
import io.sandboximage.depot.build.DepotBuildResult;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.DepotOutput;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds on Depot, saves the image in Depot's registry, and has Daytona pull it from there: no layer comes through this machine.
 * Replaces the script around
 *
 * <pre>{@code
 * depot build --save --platform linux/amd64 --metadata-file build.json sandbox
 * curl -X POST …/docker-registry …                        # once, with the token for registry.depot.dev
 * daytona snapshot create "$NAME" --image "registry.depot.dev/$DEPOT_PROJECT_ID:$BUILD" --cpu 2 --memory 4 --disk 10
 * }</pre>
 *
 * <pre>{@code DEPOT_TOKEN=… DEPOT_PROJECT_ID=… DAYTONA_API_KEY=… DaytonaFromDepot sandbox acme-sandbox-1}</pre>
 */
public final class DaytonaFromDepot {
    private DaytonaFromDepot() {}

    public static void main(String[] args) {
        try (DepotBuilder depot = Depot.builder(Path.of(args[0]));
                DaytonaClient daytona = DaytonaClient.fromEnvironment();
                ProgressRenderer renderer = Progress.terminal();
                ProgressTask task = ProgressTask.root(renderer, "build and snapshot")) {
            DepotBuildResult build = depot.build(
                    DockerfileBuild.of(Path.of(args[0])),
                    List.of(Platform.LINUX_AMD64),
                    DepotOutput.none().saved(),
                    task);
            String image = build.savedAs().get(0);
            // Daytona keeps this token and pulls with it, so it is the organization's and not one of this build.
            daytona.registries()
                    .ensureDepotRegistry(ImageReference.parse(image).registry(), System.getenv("DEPOT_TOKEN"));
            EnsuredSnapshot made = daytona.snapshots()
                    .ensure(SnapshotSpec.image(args[1], image).resources(2, 4, 10), SnapshotWait.DEFAULT, task);
            task.done();
            System.out.println(made.snapshot().name() + " " + made.snapshot().state() + " of " + image);
        }
    }
}
