package io.sandboximage.docker;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.testkit.engine.Engine;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Images of busybox and layers of 200 kB each, that print what is in them. */
final class LayeredImages {
    private static final int LAYER_BYTES = 200_000;

    private LayeredImages() {}

    /** @param layers content of each layer above busybox; the command prints the last one's */
    static ImageSource of(String... layers) {
        return of(Platform.LINUX_AMD64, Compression.GZIP, layers);
    }

    /** Busybox is this machine's for every platform. */
    static ImageSource of(Platform platform, Compression compression, String... layers) {
        ImageAssembly assembly = ImageAssembly.scratch(platform)
                .layer(LayerSpec.empty()
                        .file("/bin/busybox", Engine.BUSYBOX_STATIC.path(), 0755)
                        .compression(compression))
                .cmd("/bin/busybox", "cat", "/name-" + (layers.length - 1));
        for (int i = 0; i < layers.length; i++) {
            byte[] bulk = new byte[LAYER_BYTES];
            new Random(layers[i].hashCode()).nextBytes(bulk);
            assembly = assembly.layer(LayerSpec.empty()
                    .file("/name-" + i, layers[i].getBytes(StandardCharsets.UTF_8), 0644)
                    .file("/bulk-" + i, bulk, 0644)
                    .compression(compression));
        }
        return assembly.produce(ProgressTask.silent());
    }

    static Digest configDigest(ImageSource image) {
        return image.image(image.descriptor()).manifest().config().digest();
    }

    /** The same image; the first time that a layer is opened something happens. The config is no layer. */
    static ImageSource disturbed(ImageSource image, Runnable disturbance) {
        AtomicReference<@Nullable Runnable> once = new AtomicReference<>(disturbance);
        Digest config = configDigest(image);
        return new ImageSource() {
            @Override
            public String name() {
                return image.name();
            }

            @Override
            public Descriptor descriptor() {
                return image.descriptor();
            }

            @Override
            public byte[] manifest(Descriptor descriptor) {
                return image.manifest(descriptor);
            }

            @Override
            public InputStream openBlob(Descriptor descriptor) {
                if (!descriptor.digest().equals(config)) {
                    Runnable first = once.getAndSet(null);
                    if (first != null) {
                        first.run();
                    }
                }
                return image.openBlob(descriptor);
            }
        };
    }
}
