package io.sandboximage.depot.snapshot;

import io.sandboximage.Snapshot;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** One run that makes the file here. */
final class LocalUnpack {
    private final SnapshotSettings settings;
    private final ImagePlace image;
    private final Registrar registrar;

    LocalUnpack(SnapshotSettings settings, ImagePlace image, Registrar registrar) {
        this.settings = settings;
        this.image = image;
        this.registrar = registrar;
    }

    Snapshot run(ProgressTask progress) {
        long start = System.nanoTime();
        Path file = settings.file().orElseThrow();
        Ext4Snapshotter engine = Ext4Snapshotter.to(file).platform(settings.platform);
        if (settings.size().isPresent()) {
            engine = engine.size(settings.size().get().bytes());
        }
        Snapshot made = engine.snapshot(image.source(), progress);
        Map<String, String> properties = new LinkedHashMap<>(made.properties());
        properties.put("file", file.toString());
        String reference = registrar.registerFile(file, properties, progress);
        return new Snapshot(
                SandboxUnpack.KIND,
                reference,
                image.digest(),
                made.reused(),
                properties,
                Duration.ofNanos(System.nanoTime() - start));
    }
}
