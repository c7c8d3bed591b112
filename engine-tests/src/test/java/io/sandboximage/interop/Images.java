package io.sandboximage.interop;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Images that the tests hand to other tools. */
final class Images {
    static final Instant TIME = Instant.parse("2024-02-29T12:00:00Z");

    /** For tests that need layers of a known size. */
    static final Compression PLAIN = Compression.NONE;

    private Images() {}

    /** Two layers; the second deletes from the first. */
    static ImageAssembly assembly(Platform platform) {
        String longName = "n".repeat(120);
        return ImageAssembly.scratch(platform)
                .created(TIME)
                .layer(LayerSpec.empty()
                        .file("/etc/motd", text("hello " + platform), 0644)
                        .file("/etc/old", text("old"), 0600)
                        .file("/old-dir/inside", text("old"), 0644)
                        .file("/cleared/a", text("old"), 0644)
                        .file("/bin/tool", new byte[300_000], 04755)
                        .directory("/tmp", 01777)
                        .symlink("/bin/link", "tool")
                        .characterDevice("/dev/null", 1, 3, 0666)
                        .fifo("/run/fifo", 0600))
                .layer(LayerSpec.empty()
                        .delete("/etc/old")
                        .delete("/old-dir")
                        .clear("/cleared")
                        .file("/cleared/b", text("new"), 0644)
                        .file("/srv/" + longName, text("long"), 0640))
                .env("PATH", "/bin")
                .entrypoint("/bin/tool");
    }

    /** An index of two platforms. */
    static ImageSource twoPlatforms() {
        return new TwoPlatforms(
                assembly(Platform.LINUX_AMD64).produce(ProgressTask.silent()),
                assembly(Platform.LINUX_ARM64).produce(ProgressTask.silent()));
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final class TwoPlatforms implements ImageSource {
        private final Map<Descriptor, ImageSource> images = new LinkedHashMap<>();
        private final ImageIndex index;

        TwoPlatforms(ImageSource amd64, ImageSource arm64) {
            Descriptor first = amd64.descriptor().withPlatform(Platform.LINUX_AMD64);
            Descriptor second = arm64.descriptor().withPlatform(Platform.LINUX_ARM64);
            images.put(first, amd64);
            images.put(second, arm64);
            index = ImageIndex.create(List.of(first, second), Map.of());
        }

        @Override
        public String name() {
            return "two platforms";
        }

        @Override
        public Descriptor descriptor() {
            return index.descriptor();
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            ImageSource image = images.get(descriptor);
            return image == null ? index.bytes() : image.manifest(descriptor);
        }

        @Override
        public InputStream openBlob(Descriptor descriptor) {
            for (ImageSource image : images.values()) {
                var manifest = image.image(image.descriptor()).manifest();
                if (manifest.config().digest().equals(descriptor.digest())
                        || manifest.layers().stream().anyMatch(l -> l.digest().equals(descriptor.digest()))) {
                    return image.openBlob(descriptor);
                }
            }
            throw new AssertionError("no blob " + descriptor);
        }

        @Override
        public void close() {
            images.values().forEach(ImageSource::close);
        }
    }
}
