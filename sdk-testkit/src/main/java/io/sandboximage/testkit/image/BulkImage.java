package io.sandboximage.testkit.image;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.ImageIndex;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Writes images that are too large to be held in memory into an OCI layout: layers go to the disk as they are made, compressed fast.
 * The same calls, the same diff IDs. For one thread.
 *
 * <pre>{@code
 * BulkImage.in(layout)
 *         .zstd(layer -> layer.zeros("var/disk.img", 10L << 30))
 *         .gzip(layer -> layer.file("etc/hosts", bytes))
 *         .tag("v1");
 * }</pre>
 */
public final class BulkImage {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final String TITLE = "org.opencontainers.image.ref.name";

    private final Path directory;
    private final Path blobs;
    private final List<Descriptor> layers = new ArrayList<>();
    private final List<Digest> diffIds = new ArrayList<>();
    private final List<Descriptor> tagged = new ArrayList<>();

    private BulkImage(Path directory) {
        this.directory = directory;
        this.blobs = directory.resolve("blobs/sha256");
    }

    /** What a layer holds. */
    public interface Content {
        void write(BulkLayer layer) throws IOException;
    }

    /** In a directory that is made. */
    public static BulkImage in(Path directory) throws IOException {
        BulkImage image = new BulkImage(directory);
        Files.createDirectories(image.blobs);
        return image;
    }

    /** Adds a gzip layer over those that there are. */
    public BulkImage gzip(Content content) throws IOException {
        return layer(MediaTypes.OCI_LAYER_GZIP, content);
    }

    /** Adds a zstd layer, in which zeros take next to nothing, over those that there are. */
    public BulkImage zstd(Content content) throws IOException {
        return layer(MediaTypes.OCI_LAYER_ZSTD, content);
    }

    /** Takes the topmost layers away again, for another image on those below; their blobs stay. */
    public BulkImage without(int topmost) {
        layers.subList(layers.size() - topmost, layers.size()).clear();
        diffIds.subList(diffIds.size() - topmost, diffIds.size()).clear();
        return this;
    }

    /**
     * Makes an image of the layers that there are now, for the platform of this machine. More images may follow.
     *
     * @return the manifest's descriptor
     */
    public Descriptor tag(String tag) throws IOException {
        Platform platform = Platform.linuxOnThisMachine();
        String config = "{\"architecture\":\"" + platform.architecture()
                + "\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                + diffIds.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","))
                + "]},\"history\":[]}";
        Descriptor configBlob = blob(MediaTypes.OCI_CONFIG, config.getBytes(StandardCharsets.UTF_8));
        Manifest manifest = Manifest.create(configBlob, layers, Map.of());
        Descriptor written = blob(manifest.mediaType(), manifest.bytes());
        tagged.add(written.withAnnotations(Map.of(TITLE, tag)));
        Files.write(
                directory.resolve("index.json"),
                ImageIndex.create(tagged, Map.of()).bytes());
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return written;
    }

    private BulkImage layer(String mediaType, Content content) throws IOException {
        Path temporary = blobs.resolve("layer.tmp");
        MessageDigest compressed = Digest.Algorithm.SHA256.newMessageDigest();
        MessageDigest plain = Digest.Algorithm.SHA256.newMessageDigest();
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER_BYTES);
                OutputStream packed = compressor(mediaType, new DigestOutputStream(file, compressed));
                OutputStream tar = new BufferedOutputStream(new DigestOutputStream(packed, plain), BUFFER_BYTES)) {
            BulkLayer layer = new BulkLayer(tar);
            content.write(layer);
            layer.end();
        }
        Digest digest = Digest.of(Digest.Algorithm.SHA256, compressed.digest());
        Path blob = blobs.resolve(digest.hex());
        Files.move(temporary, blob);
        layers.add(Descriptor.of(mediaType, digest, Files.size(blob)));
        diffIds.add(Digest.of(Digest.Algorithm.SHA256, plain.digest()));
        return this;
    }

    private static OutputStream compressor(String mediaType, OutputStream out) throws IOException {
        return mediaType.equals(MediaTypes.OCI_LAYER_GZIP)
                ? new FastGzip(out)
                : new ZstdOutputStreamNoFinalizer(out, 1);
    }

    private Descriptor blob(String mediaType, byte[] bytes) throws IOException {
        Descriptor descriptor = Descriptor.of(mediaType, bytes);
        Files.write(blobs.resolve(descriptor.digest().hex()), bytes);
        return descriptor;
    }

    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER_BYTES);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
