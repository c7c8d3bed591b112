package io.sandboximage.benchmarks;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** One conversion as a process of its own: {@code LAYOUT FILE [TAG [CACHE [no-sync] [in-place]]]}. */
final class ConvertImage {
    private static final int CACHE = 3;

    private ConvertImage() {}

    public static void main(String[] arguments) {
        String tag = arguments.length > 2 ? arguments[2] : BenchmarkImage.TAG;
        Ext4Snapshotter snapshotter = Ext4Snapshotter.to(Path.of(arguments[1]));
        if (arguments.length > CACHE) {
            List<String> options = Arrays.asList(arguments).subList(CACHE + 1, arguments.length);
            snapshotter = snapshotter
                    .layerCache(LayerCache.at(Path.of(arguments[CACHE])))
                    .durable(!options.contains("no-sync"))
                    .inPlace(options.contains("in-place"));
        }
        try (ImageSource image = OciLayout.source(Path.of(arguments[0]), tag)) {
            snapshotter.snapshot(image, ProgressTask.silent());
        }
    }
}
