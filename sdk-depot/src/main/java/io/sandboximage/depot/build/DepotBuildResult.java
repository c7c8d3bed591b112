package io.sandboximage.depot.build;

import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.json.Json;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
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
 * @param solves what each machine answered, by its platform, in the order of the request
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
        solves = Collections.unmodifiableMap(new LinkedHashMap<>(solves));
    }

    /** The images as Depot's machines tell of them; empty where they do not, as machines of others. */
    public List<ExportedImage> images() {
        return solves.values().stream()
                .flatMap(solve -> ExportedImage.of(solve).stream())
                .toList();
    }

    /**
     * What {@code depot build --metadata-file} holds: what the machine answered, with the manifests and configs of the images, and
     * {@code depot.build} with the ids. Members are text, or JSON objects and arrays.
     */
    public Map<String, Object> metadata() {
        return BuildMetadata.of(this);
    }

    /** {@link #metadata} as a JSON document. */
    public byte[] metadataJson() {
        return Json.write(metadata());
    }
}
