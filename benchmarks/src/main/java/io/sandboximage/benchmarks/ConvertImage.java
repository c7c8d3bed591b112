package io.sandboximage.benchmarks;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.nio.file.Path;

/** One conversion as a process of its own: {@code LAYOUT FILE [TAG [CACHE]]}. */
final class ConvertImage {
    private static final int CACHE = 3;

    private ConvertImage() {}

    public static void main(String[] arguments) {
        String tag = arguments.length > 2 ? arguments[2] : BenchmarkImage.TAG;
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(Path.of(arguments[1]));
        if (arguments.length > CACHE) {
            snapshotter = snapshotter.layerCache(LayerCache.at(Path.of(arguments[CACHE])));
        }
        try (ImageSource image = OciLayout.source(Path.of(arguments[0]), tag)) {
            snapshotter.snapshot(image, ProgressTask.silent());
        }
    }
}
