package io.sandboximage.benchmarks;

import io.sandboximage.ImageSource;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.file.Path;

/** One conversion as a process of its own: {@code LAYOUT FILE}. */
final class ConvertImage {
    private ConvertImage() {}

    public static void main(String[] arguments) {
        try (ImageSource image = OciLayout.source(Path.of(arguments[0]), BenchmarkImage.TAG)) {
            Ext4Snapshotter.to(Path.of(arguments[1])).snapshot(image, ProgressTask.silent());
        }
    }
}
