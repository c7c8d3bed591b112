package io.sandboximage.depot.build;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a build on Depot made.
 *
 * @param buildId Depot's id
 * @param projectId the project that it was counted for
 * @param url a page for people, where Depot named one
 * @param savedAs references in Depot's registry
 * @param solves what each machine answered, by its platform
 * @param descriptor of the manifest, or of the index over all machines; empty where no image was made
 * @param load what was loaded into the engine, where that was asked for
 */
public record DepotBuildResult(
        String buildId,
        String projectId,
        Optional<URI> url,
        List<String> savedAs,
        Map<Platform, SolveResult> solves,
        Optional<Descriptor> descriptor,
        Optional<LoadReport> load) {
    public DepotBuildResult {
        savedAs = List.copyOf(savedAs);
        solves = Map.copyOf(solves);
    }
}
