package io.sandboximage.examples.cli;

import io.sandboximage.ImageSource;
import io.sandboximage.buildkit.BuildExport;
import io.sandboximage.docker.DockerEngine;
import io.sandboximage.docker.DockerLoader;
import io.sandboximage.docker.LoadReport;
import io.sandboximage.error.StorageException;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** {@code --load} from a builder that is no Docker engine: the image comes here first, then what the engine lacks goes there. */
final class EngineLoad implements AutoCloseable {
    private final Supplier<DockerEngine> engines;
    private final Path layout;

    private EngineLoad(Supplier<DockerEngine> engines, Path layout) {
        this.engines = engines;
        this.layout = layout;
    }

    /** @param engines gives the engine when it is needed */
    static EngineLoad open(Supplier<DockerEngine> engines) {
        try {
            return new EngineLoad(engines, Files.createTempDirectory("sandbox-image-load"));
        } catch (IOException e) {
            throw new StorageException("Could not make a temporary folder for the image: " + e.getMessage(), e);
        }
    }

    /** What the build has to make for it. */
    BuildExport export() {
        return BuildExport.ociLayout(layout);
    }

    LoadReport load(List<String> tags, ProgressTask progress) {
        try (DockerEngine engine = engines.get();
                ImageSource image = OciLayout.source(layout)) {
            DockerLoader loader = DockerLoader.into(engine);
            for (String tag : tags) {
                loader = loader.tag(tag);
            }
            return loader.load(image, progress);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(layout)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException ignored) {
            // Temporary folders are the system's to clean in the end.
        }
    }
}
