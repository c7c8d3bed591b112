package io.sandboximage.examples.cli;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.buildkit.BuildKitAddress;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.progress.ProgressTask;
import java.util.List;

/** {@code --load} from a builder that is no Docker engine: the image stays there, and what the engine lacks goes into it. */
final class EngineLoad implements AutoCloseable {
    private final DockerEngine engine;
    private final DockerLoader loader;

    private EngineLoad(DockerEngine engine, DockerLoader loader) {
        this.engine = engine;
        this.loader = loader;
    }

    /** Takes the engine, and begins to look at it: a build takes longer. */
    static EngineLoad into(DockerEngine engine, List<String> tags) {
        DockerLoader loader = DockerLoader.into(engine);
        for (String tag : tags) {
            loader = loader.tag(tag);
        }
        loader.lookAhead();
        return new EngineLoad(engine, loader);
    }

    /**
     * What the build has to make for it.
     *
     * @param alone whether nothing else is made of the build: the daemon keeps layers as the first export packed them
     */
    BuildExport export(BuildKitAddress builder, boolean alone) {
        boolean near = builder.toString().startsWith("unix:");
        return alone && near ? BuildExport.image().forLoading(engine.info().imageStore()) : BuildExport.image();
    }

    LoadReport load(ImageSource image, ProgressTask progress) {
        return loader.load(image, progress);
    }

    @Override
    public void close() {
        engine.close();
    }
}
