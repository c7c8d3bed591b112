package io.sandboximage.examples.workflow;

import io.sandboximage.buildkit.DockerfileBuild;
import io.sandboximage.depot.build.DepotBuildResult;
import io.sandboximage.depot.build.DepotBuilder;
import io.sandboximage.depot.build.DepotOutput;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.progress.Progress;
import io.sandboximage.progress.ProgressRenderer;
import io.sandboximage.progress.ProgressTask;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds on Depot with the cache that a project's builds share, and loads the result into the engine of this machine. Replaces the
 * script around
 *
 * <pre>{@code
 * depot build --project "$DEPOT_PROJECT_ID" --load -t acme/sandbox:local sandbox
 * }</pre>
 *
 * <pre>{@code DEPOT_TOKEN=… DEPOT_PROJECT_ID=… DepotBuildAndLoad sandbox acme/sandbox:local}</pre>
 */
public final class DepotBuildAndLoad {
    private DepotBuildAndLoad() {}

    public static void main(String[] args) {
        try (DockerEngine engine = DockerEngine.local();
                DepotBuilder depot = Depot.builder(Path.of(args[0]));
                ProgressRenderer renderer = Progress.terminal();
                ProgressTask task = ProgressTask.root(renderer, "build and load")) {
            DepotBuildResult build = depot.build(
                    DockerfileBuild.of(Path.of(args[0])),
                    List.of(),
                    DepotOutput.none().tag(args[1]).loadedInto(engine),
                    task);
            task.done();
            LoadReport loaded = build.load().orElseThrow();
            System.out.println(args[1] + ": " + loaded.layersSent() + " layers loaded, " + loaded.layersPresent()
                    + " there already");
        }
    }
}
