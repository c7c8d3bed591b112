package io.sandboximage.depot.build;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildKitClient;
import io.sandboximage.buildkit.SolveRequest;
import io.sandboximage.buildkit.SolveResult;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import java.util.List;

/** From a machine straight into a Docker engine: only the layers that the engine lacks travel. */
final class EngineLoad {
    private final DockerLoader loader;

    EngineLoad(DockerEngine engine, List<String> tags, MachineShare share) {
        DockerLoader into = DockerLoader.into(engine);
        for (String tag : tags) {
            into = into.tag(tag);
        }
        for (Platform only : share.platforms().size() == 1 ? share.platforms() : List.<Platform>of()) {
            into = into.platform(only);
        }
        this.loader = into;
    }

    /** Looks at the engine while the build runs. */
    void lookAhead() {
        loader.lookAhead();
    }

    /** @param build for a machine that does not hold a blob that the engine lacks: then it makes the whole image again */
    LoadReport load(BuildKitClient machine, SolveResult result, SolveRequest build, ProgressTask progress) {
        try (ImageSource image = machine.image(result, build)) {
            return loader.load(image, progress);
        }
    }

    /** As Depot may ask for: from its registry, which the engine may pull from itself. */
    LoadReport load(PullInfo pull, ProgressTask progress) {
        try (RegistryClient registries =
                        RegistryClient.builder().credentials(pull.credentials()).build();
                ImageSource image = registries.source(pull.reference())) {
            return loader.registry(pull.reference(), pull.credentials()).load(image, progress);
        }
    }
}
