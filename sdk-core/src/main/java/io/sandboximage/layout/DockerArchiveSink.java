package io.sandboximage.layout;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSink;
import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.UnavailableException;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes {@code <diff ID>.tar} for each layer, {@code <config digest>.json} and {@code manifest.json}: what Docker since 1.10,
 * containerd and skopeo read. Layers come one after the other, since the size of one is known only when it is uncompressed.
 */
record DockerArchiveSink(Path file, String name, Optional<ImageReference> reference, Optional<Platform> platform)
        implements ImageSink {
    @Override
    public Delivery write(ImageSource source, ProgressTask progress) {
        long start = System.nanoTime();
        Image image = image(source, progress);
        long bytes = 0;
        Set<Digest> written = new HashSet<>();
        List<String> paths = new ArrayList<>();
        try (ArchiveWriter archive = new ArchiveWriter(file)) {
            for (Layer layer : image.layers()) {
                String path = layer.diffId().hex() + ".tar";
                paths.add(path);
                if (written.add(layer.diffId())) {
                    append(layer, path, archive, source, progress);
                    bytes += layer.descriptor().sizeBytes();
                }
            }
            byte[] config = image.config().bytes();
            String configPath = Digest.sha256(config).hex() + ".json";
            archive.file(configPath, config);
            List<String> tags = reference.map(r -> r.tag().isPresent() ? r : r.withTag("latest")).stream()
                    .map(ImageReference::toString)
                    .toList();
            archive.file(DockerManifest.FILE, new DockerManifest(configPath, tags, paths).toJson());
            archive.commit();
            bytes += config.length;
        }
        return new Delivery(
                name,
                image.descriptor(),
                written.size() + 1,
                0,
                paths.size() - written.size(),
                bytes,
                Duration.ofNanos(System.nanoTime() - start));
    }

    private Image image(ImageSource source, ProgressTask progress) {
        if (!MediaTypes.isIndex(source.descriptor().mediaType())) {
            return platform.map(source::image).orElseGet(() -> source.image(source.descriptor()));
        }
        Platform chosen = platform.orElseGet(Platform::linuxOnThisMachine);
        progress.info("A docker-archive holds one platform: " + chosen + " of " + source.name());
        return source.image(chosen);
    }

    private static void append(
            Layer layer, String path, ArchiveWriter archive, ImageSource source, ProgressTask progress) {
        MessageDigest hash = layer.diffId().algorithm().newMessageDigest();
        String what = "layer " + layer.descriptor().digest() + " of " + source.name();
        try (ProgressTask task =
                        progress.child("write " + layer.descriptor().digest().shortHex(), ProgressUnit.BYTES, -1);
                InputStream in = LayerCompression.uncompress(
                        layer.openCompressed(), layer.descriptor().mediaType(), what)) {
            archive.append(path, new DigestInputStream(in, hash), source.name(), task::advance);
            Digest actual = Digest.of(layer.diffId().algorithm(), hash.digest());
            if (!actual.equals(layer.diffId())) {
                throw new IntegrityException("The " + what + " unpacks to " + actual + ", but the config says "
                        + layer.diffId() + ": the image is broken");
            }
            task.done();
        } catch (IOException e) {
            throw new UnavailableException("Could not read the " + what + ": " + AtomicFile.reason(e), e);
        }
    }
}
