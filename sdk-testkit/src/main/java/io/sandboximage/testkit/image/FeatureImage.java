package io.sandboximage.testkit.image;

import com.github.luben.zstd.Zstd;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

/**
 * An image that holds everything that a layer can: every type of entry, every attribute, every form of name and sparse file,
 * whiteouts and replacements, in all compressions. The same on every machine, a few megabytes small, about 4 GiB if unpacked
 * without holes. Immutable.
 */
public final class FeatureImage {
    /** How layers are stored. */
    public enum Compression {
        /** Every layer in another way: gzip in several members, zstd in several frames, none, zstd. */
        MIXED,
        /** What every tool understands; with the same diff IDs as the other. */
        GZIP
    }

    private static final int MEMBER_BYTES = 40_000;
    private static final byte[] SKIPPABLE_FRAME = {0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 's', 'k', 'i', 'p'};

    private final List<byte[]> layers;

    private FeatureImage(List<byte[]> layers) {
        this.layers = layers;
    }

    /** With features that no other unpacker knows: xattrs in libarchive's spelling, empty xattrs, a socket. */
    public static FeatureImage complete() {
        List<byte[]> all = new ArrayList<>(portable().layers);
        all.add(FeatureLayers.extras());
        return new FeatureImage(all);
    }

    /** What {@code umoci unpack} unpacks in full. */
    public static FeatureImage portable() {
        return new FeatureImage(List.of(
                FeatureLayers.base(), FeatureLayers.large(), FeatureLayers.toBeChanged(), FeatureLayers.changes()));
    }

    /** Other layers, as uncompressed archives from the bottom up, stored in the same ways. */
    public static FeatureImage ofLayers(List<byte[]> archives) {
        return new FeatureImage(List.copyOf(archives));
    }

    /** Directories that no layer names, whose times are therefore the unpacker's own affair; as {@link TreeFacts} spells them. */
    public static Set<String> madeUpDirectories() {
        return Set.of("./missing", "./missing/parents");
    }

    /**
     * Writes an OCI layout with this as its only image; the directory is made.
     *
     * @return the manifest's descriptor
     */
    public Descriptor write(Path directory, String tag, Compression compression) {
        List<Descriptor> descriptors = new ArrayList<>();
        StringBuilder diffIds = new StringBuilder();
        try {
            Files.createDirectories(directory.resolve("blobs/sha256"));
            for (int i = 0; i < layers.size(); i++) {
                diffIds.append(i == 0 ? "\"" : ",\"")
                        .append(Digest.sha256(layers.get(i)))
                        .append('"');
                descriptors.add(writeLayer(directory, i, compression));
            }
            Platform platform = Platform.linuxOnThisMachine();
            String config = "{\"architecture\":\"" + platform.architecture() + "\",\"os\":\"linux\","
                    + "\"created\":\"2024-05-06T07:08:09.123456789Z\",\"config\":{\"Cmd\":[\"/bin/sh\"]},"
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]},\"history\":[]}";
            Descriptor configBlob =
                    writeBlob(directory, MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
            Manifest manifest = Manifest.create(configBlob, descriptors, Map.of());
            Descriptor written = writeBlob(directory, manifest.mediaType(), manifest.bytes());
            ImageIndex index = ImageIndex.create(
                    List.of(written.withAnnotations(Map.of("org.opencontainers.image.ref.name", tag))), Map.of());
            Files.write(directory.resolve("index.json"), index.bytes());
            Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Descriptor writeLayer(Path directory, int number, Compression compression) throws IOException {
        byte[] tar = layers.get(number);
        if (compression == Compression.GZIP) {
            return writeBlob(directory, MediaTypes.OCI_LAYER_GZIP, gzip(tar, 0, tar.length));
        }
        return switch (number % 4) {
            case 0 -> writeBlob(directory, MediaTypes.OCI_LAYER_GZIP, gzipMembers(tar));
            case 1 -> writeBlob(directory, MediaTypes.OCI_LAYER_ZSTD, zstdFrames(tar));
            case 2 -> writeBlob(directory, MediaTypes.OCI_LAYER, tar);
            default -> writeBlob(directory, MediaTypes.OCI_LAYER_ZSTD, Zstd.compress(tar));
        };
    }

    private static byte[] gzipMembers(byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int start = 0; start < tar.length; start += MEMBER_BYTES) {
            out.writeBytes(gzip(tar, start, Math.min(MEMBER_BYTES, tar.length - start)));
        }
        return out.toByteArray();
    }

    private static byte[] gzip(byte[] tar, int offset, int length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(tar, offset, length);
        }
        return out.toByteArray();
    }

    private static byte[] zstdFrames(byte[] tar) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int half = tar.length / 2;
        out.writeBytes(SKIPPABLE_FRAME);
        out.writeBytes(Zstd.compress(java.util.Arrays.copyOf(tar, half)));
        out.writeBytes(SKIPPABLE_FRAME);
        out.writeBytes(Zstd.compress(java.util.Arrays.copyOfRange(tar, half, tar.length)));
        out.writeBytes(SKIPPABLE_FRAME);
        return out.toByteArray();
    }

    private static Descriptor writeBlob(Path directory, String mediaType, byte[] bytes) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        Files.write(
                directory.resolve("blobs/sha256").resolve(descriptor.digest().hex()), bytes);
        return descriptor;
    }
}
