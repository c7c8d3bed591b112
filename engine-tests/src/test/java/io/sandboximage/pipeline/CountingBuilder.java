package io.sandboximage.pipeline;

import io.sandboximage.BuildRequest;
import io.sandboximage.ImageBuilder;
import io.sandboximage.ImageSource;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.progress.ProgressTask;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes which blobs are read of what another builder makes. */
record CountingBuilder(ImageBuilder builder, List<Digest> opened) implements ImageBuilder {
    CountingBuilder(ImageBuilder builder) {
        this(builder, new CopyOnWriteArrayList<>());
    }

    @Override
    public String name() {
        return builder.name();
    }

    @Override
    public ImageSource build(BuildRequest request, ProgressTask progress) {
        ImageSource image = builder.build(request, progress);
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
                opened.add(descriptor.digest());
                return image.openBlob(descriptor);
            }

            @Override
            public Optional<Path> localBlob(Descriptor descriptor) {
                return image.localBlob(descriptor);
            }

            @Override
            public void close() {
                image.close();
            }
        };
    }
}
