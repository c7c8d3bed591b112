package io.sandboximage.golden;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Four images of many files that share their base, as those of a project do, the first small and the last large; each prints its name. */
final class GoldenImages {
    /** Of all that there is; the first is saved by every session. */
    private static final int[] SHARES = {1, 13, 21, 29};

    static final int COUNT = SHARES.length;
    private static final int LAYERS = 3;
    private static final int FOLDER_FILES = 100;

    private GoldenImages() {}

    /** @param folder for the files, as long as the images are used */
    static Map<String, ImageSource> make(Path folder, int megabytes, int files) throws IOException {
        Map<String, ImageSource> images = new LinkedHashMap<>();
        int bytes = (int) (megabytes * 1_000_000L / files);
        int parts = IntStream.of(SHARES).sum();
        for (int i = 0; i < COUNT; i++) {
            int perLayer = Math.max(1, files * SHARES[i] / (parts * LAYERS));
            ImageAssembly assembly = ImageAssembly.scratch(Platform.LINUX_AMD64)
                    .layer(LayerSpec.empty()
                            .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                            .symlink("/bin/sh", "busybox")
                            .compression(Compression.NONE))
                    .cmd("/bin/busybox", "cat", "/name");
            for (int l = 0; l < LAYERS; l++) {
                Path content = folder.resolve("image-" + i + "-" + l);
                write(content, perLayer, bytes, new Random(i * LAYERS + l));
                assembly = assembly.layer(LayerSpec.empty()
                        .file("/name", ("image " + i).getBytes(StandardCharsets.UTF_8), 0644)
                        .copy(content, "/data-" + l)
                        .compression(Compression.NONE));
            }
            images.put("golden-" + i + ":latest", assembly.produce(ProgressTask.silent()));
        }
        return images;
    }

    private static void write(Path folder, int files, int bytes, Random random) throws IOException {
        byte[] content = new byte[bytes];
        for (int f = 0; f < files; f++) {
            Path file = folder.resolve(Integer.toString(f / FOLDER_FILES)).resolve(Integer.toString(f));
            if (f % FOLDER_FILES == 0) {
                Files.createDirectories(file.getParent());
            }
            random.nextBytes(content);
            Files.write(file, content);
        }
    }
}
