package io.sandboximage.daytona;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Images of small layers, made here. */
final class TestImages {
    private TestImages() {}

    static ImageSource layers(int count, String last) {
        return layers(Platform.LINUX_AMD64, count, last);
    }

    static ImageSource layers(Platform platform, int count, String last) {
        ImageAssembly assembly =
                ImageAssembly.scratch(platform).entrypoint("/init").cmd("--serve");
        for (int i = 0; i < count; i++) {
            String content = i == count - 1 ? last : "layer " + i;
            assembly = assembly.layer(
                    LayerSpec.empty().file("/file-" + i, content.getBytes(StandardCharsets.UTF_8), 0644));
        }
        return assembly.produce(ProgressTask.silent());
    }

    /** The same image; somebody is told of each blob that is opened, before it is. */
    static ImageSource watched(ImageSource image, Consumer<Descriptor> opened) {
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
                opened.accept(descriptor);
                return image.openBlob(descriptor);
            }
        };
    }
}
