package io.sandboximage.conversion;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A process that converts an image into the same file and the same layer cache for ever, for {@link LayerCacheKillsIT} to kill it. */
final class KilledKeeping {
    static final String BEGINS = "begins";

    private KilledKeeping() {}

    /** @param arguments the layout's directory, the file to write and the cache's directory */
    @SuppressWarnings({"SystemOut", "InfiniteLoopStatement"})
    public static void main(String[] arguments) throws IOException {
        Path cache = Path.of(arguments[2]);
        System.out.println(BEGINS);
        while (true) {
            Files.deleteIfExists(Path.of(arguments[1]));
            removeLayers(cache.resolve("v2"));
            try (ImageSource source = OciLayout.source(Path.of(arguments[0]))) {
                Ext4Snapshotter.to(Path.of(arguments[1]))
                        .layerCache(LayerCache.at(cache))
                        .snapshot(source, ProgressTask.silent());
            }
        }
    }

    private static void removeLayers(Path kept) throws IOException {
        if (!Files.isDirectory(kept)) {
            return;
        }
        try (Stream<Path> files = Files.walk(kept)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
