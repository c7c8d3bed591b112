package io.sandboximage.depot.internal.unpack;

import io.sandboximage.ImageSource;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.DigestingOutputStream;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.progress.ProgressUnit;
import io.sandboximage.registry.RegistryClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * An ext4 file as an OCI artifact: an empty config and one blob, compressed. The types are this SDK's own: those of Depot's
 * own artifacts are not published, so that nothing promises that Depot boots from it.
 */
public final class Ext4Artifact {
    public static final String ARTIFACT_TYPE = "application/vnd.sandboximage.ext4.v1";
    public static final String LAYER_TYPE = "application/vnd.sandboximage.ext4.v1+gzip";

    private static final byte[] EMPTY_CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int BUFFER_BYTES = 256 * 1024;

    private Ext4Artifact() {}

    /** @return the artifact's digest */
    public static Digest push(Path file, ImageReference reference, RegistryClient registries, ProgressTask progress) {
        try (TemporaryDirectory temporary = TemporaryDirectory.create("ext4-")) {
            Path blob = temporary.path().resolve("blob");
            Descriptor layer = compress(file, blob, progress);
            Descriptor config = Descriptor.of(MediaTypes.OCI_EMPTY, EMPTY_CONFIG);
            Manifest manifest =
                    Manifest.create(config, List.of(layer), Map.of(), Optional.empty(), Optional.of(ARTIFACT_TYPE));
            registries.sink(reference).write(new Source(file.toString(), manifest, layer, blob), progress);
            return manifest.descriptor().digest();
        }
    }

    private static Descriptor compress(Path file, Path blob, ProgressTask progress) {
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = Files.newOutputStream(blob);
                DigestingOutputStream digesting = new DigestingOutputStream(out);
                ProgressTask task = progress.child("compress " + file, ProgressUnit.BYTES, Files.size(file))) {
            // Much of a file system is zeros, which the fastest level does as well as any.
            try (OutputStream gzip = new GZIPOutputStream(digesting, BUFFER_BYTES) {
                {
                    def.setLevel(Deflater.BEST_SPEED);
                }
            }) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    io.sandboximage.error.CancelledException.throwIfInterrupted("compressing " + file);
                    gzip.write(buffer, 0, count);
                    task.advance(count);
                }
            }
            task.done();
            return Descriptor.of(LAYER_TYPE, digesting.digest(), Files.size(blob));
        } catch (IOException e) {
            throw AtomicFile.failed(blob, e);
        }
    }

    /** The artifact as something to copy. */
    private record Source(String name, Manifest content, Descriptor layer, Path blob) implements ImageSource {
        @Override
        public Descriptor descriptor() {
            return content.descriptor();
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            if (!descriptor.digest().equals(content.descriptor().digest())) {
                throw new NotFoundException(name + " has no manifest " + descriptor.digest());
            }
            return content.bytes();
        }

        @Override
        public InputStream openBlob(Descriptor descriptor) {
            if (descriptor.digest().equals(content.config().digest())) {
                return new ByteArrayInputStream(EMPTY_CONFIG);
            }
            try {
                return Files.newInputStream(blob);
            } catch (IOException e) {
                throw AtomicFile.failed(blob, e);
            }
        }
    }
}
