package io.sandboximage.examples.quickstart;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** The sample image: for this machine's processor, and the same on every one but for the busybox in it. */
final class SampleImage {
    /** The time of all files. */
    static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private SampleImage() {}

    /** @param work an empty directory, in use as long as the source is */
    static ImageSource assemble(List<SampleLayer> layers, boolean init, Path work, ProgressTask progress) {
        ImageAssembly assembly = ImageAssembly.scratch(Platform.linuxOnThisMachine())
                .created(TIME)
                .label("org.opencontainers.image.title", "sandbox-image quickstart")
                .workdir("/srv/app");
        if (init) {
            assembly = assembly.entrypoint("/sbin/init");
        }
        for (int i = 0; i < layers.size(); i++) {
            assembly = assembly.layer(layers.get(i).spec(stage(work.resolve("layer-" + i))));
        }
        return assembly.produce(progress);
    }

    private static Path stage(Path directory) {
        try {
            return Files.createDirectory(directory);
        } catch (IOException e) {
            throw new StorageException("Could not make the directory " + directory + ": " + e, e);
        }
    }
}
