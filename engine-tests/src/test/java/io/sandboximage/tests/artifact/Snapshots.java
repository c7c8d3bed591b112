package io.sandboximage.tests.artifact;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/** Ext4 files of images with layers of random data, so that nothing of them can be compressed. */
final class Snapshots {
    static final int MIB = 1 << 20;

    private Snapshots() {}

    /** @param layers seed and size in MiB of each layer */
    static Path write(Path file, int[]... layers) {
        ImageAssembly assembly = ImageAssembly.scratch(Platform.linuxOnThisMachine());
        for (int i = 0; i < layers.length; i++) {
            LayerSpec layer = LayerSpec.empty()
                    .file("/notes/" + i, ("layer " + i).getBytes(StandardCharsets.UTF_8), 0644)
                    .compression(Compression.NONE);
            Random random = new Random(layers[i][0]);
            for (int piece = 0; piece < 2 * layers[i][1]; piece++) {
                byte[] bytes = new byte[MIB / 2 - random.nextInt(1000)];
                random.nextBytes(bytes);
                layer = layer.file("/data/" + i + "-" + piece, bytes, 0644);
            }
            assembly = assembly.layer(layer);
        }
        try (ImageSource image = assembly.produce(ProgressTask.silent())) {
            Ext4Snapshotter.to(file).size("64MiB").snapshot(image, ProgressTask.silent());
        }
        return file;
    }

    static int[] layer(int seed, int mib) {
        return new int[] {seed, mib};
    }
}
