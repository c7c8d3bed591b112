package io.sandboximage.depot.build;

import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.buildkit.content.BuildKitContentStore;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.util.List;

/** From a machine straight into a Docker engine: only the layers that the engine lacks travel. */
final class EngineLoad {
    private final BuildKitClient machine;
    private final DepotOutput output;
    private final DockerEngine engine;

    EngineLoad(BuildKitClient machine, DepotOutput output, DockerEngine engine) {
        this.machine = machine;
        this.output = output;
        this.engine = engine;
    }

    /** @param again the same build, for a machine that does not hold every layer: its image comes here first */
    LoadReport load(SolveResult result, SolveRequest.Builder again, ProgressTask progress) {
        try (BuildKitContentStore image = machine.image(result)) {
            List<Descriptor> missing = image.missing();
            if (missing.isEmpty()) {
                return loader().load(image, progress);
            }
            progress.info(
                    "The machine does not hold " + missing.size() + " blobs of the image, so all of it is fetched");
        }
        try (TemporaryDirectory folder = TemporaryDirectory.create("depot-load-")) {
            SolveResult whole = machine.solve(
                    again.exports(List.of(BuildExport.ociLayout(folder.path()))).build(), progress);
            return loader().load(
                            OciLayout.source(folder.path(), whole.descriptor().orElseThrow()), progress);
        }
    }

    private DockerLoader loader() {
        DockerLoader loader = DockerLoader.into(engine);
        for (String tag : output.tags()) {
            loader = loader.tag(tag);
        }
        return loader;
    }
}
