package io.sandboximage.docker;

import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Layer;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.TemporaryDirectory;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.tar.TarHeader;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.internal.compression.LayerCompression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An image as a tar archive that {@code docker load} takes, without a name and with no more layers than needed. Layers go in as they
 * are stored, and the size is known before it is written; but for layers of a compression that the engine does not read: they are
 * uncompressed into a temporary file, one after the other.
 *
 * <pre>
 * classic store                     containerd's store
 * manifest.json                     oci-layout, index.json
 * CONFIG.json                       blobs/sha256/MANIFEST, blobs/sha256/CONFIG
 * layers/BLOB …                     blobs/sha256/BLOB …
 * </pre>
 */
final class ImageArchive implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final String ZSTD = "zstd";
    /** The size of what is uncompressed first. */
    private static final long UNKNOWN = -1;

    private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private final Candidate candidate;
    private final List<Member> members = new ArrayList<>();
    private @Nullable TemporaryDirectory temporary;

    private ImageArchive(Candidate candidate) {
        this.candidate = candidate;
    }

    /**
     * @param missing the blobs of layers to put in
     * @param readsZstd whether the engine does
     */
    static ImageArchive of(Candidate candidate, ImageStoreKind store, Set<Digest> missing, boolean readsZstd) {
        ImageArchive archive = new ImageArchive(candidate);
        if (store == ImageStoreKind.CLASSIC) {
            archive.describeForClassic();
        } else {
            archive.describeAsLayout();
        }
        Map<Digest, Descriptor> blobs = new LinkedHashMap<>();
        for (Layer layer : candidate.layers()) {
            if (missing.contains(layer.descriptor().digest())) {
                blobs.putIfAbsent(layer.descriptor().digest(), layer.descriptor());
            }
        }
        blobs.values()
                .forEach(blob -> archive.members.add(new Member(
                        store == ImageStoreKind.CLASSIC ? classicName(blob) : layoutName(blob),
                        readsZstd || !blob.mediaType().endsWith(ZSTD) ? blob.sizeBytes() : UNKNOWN,
                        () -> candidate.source().openBlob(blob))));
        return archive;
    }

    private void describeForClassic() {
        byte[] config = candidate.image().config().bytes();
        String configName = candidate.image().manifest().config().digest().hex() + ".json";
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("Config", configName);
        entry.put("RepoTags", List.of());
        entry.put(
                "Layers",
                candidate.layers().stream()
                        .map(layer -> classicName(layer.descriptor()))
                        .toList());
        add("manifest.json", Json.write(List.of(entry)));
        add(configName, config);
    }

    private void describeAsLayout() {
        Descriptor manifest = candidate.image().descriptor();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("mediaType", manifest.mediaType());
        entry.put("digest", manifest.digest().toString());
        entry.put("size", manifest.sizeBytes());
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("manifests", List.of(entry));
        add("oci-layout", LAYOUT.getBytes(StandardCharsets.UTF_8));
        add("index.json", Json.write(index));
        add(layoutName(manifest), candidate.source().manifest(manifest));
        add(
                layoutName(candidate.image().manifest().config()),
                candidate.image().config().bytes());
    }

    /** Negative where layers are uncompressed first. */
    long sizeBytes() {
        long size = TarHeader.end().length;
        for (Member member : members) {
            if (member.sizeBytes == UNKNOWN) {
                return UNKNOWN;
            }
            size += header(member, member.sizeBytes).length
                    + member.sizeBytes
                    + TarHeader.padding(member.sizeBytes).length;
        }
        return size;
    }

    /**
     * Writes all but the end, without which an engine makes nothing of the archive.
     *
     * @param progress counts the bytes
     * @return how many there were
     */
    long writeMembers(OutputStream out, ProgressTask progress) throws IOException {
        long written = 0;
        for (Member member : members) {
            if (member.sizeBytes != UNKNOWN) {
                try (InputStream in = member.content.open()) {
                    written += write(member, in, member.sizeBytes, out, progress);
                }
                continue;
            }
            Path file = uncompressed(member);
            try (InputStream in = Files.newInputStream(file)) {
                written += write(member, in, Files.size(file), out, progress);
            } finally {
                AtomicFile.removeQuietly(file);
            }
        }
        return written;
    }

    /** @return how many bytes there were */
    long writeEnd(OutputStream out) throws IOException {
        out.write(TarHeader.end());
        return TarHeader.end().length;
    }

    @Override
    public void close() {
        if (temporary != null) {
            temporary.close();
        }
    }

    private long write(Member member, InputStream in, long size, OutputStream out, ProgressTask progress)
            throws IOException {
        byte[] header = header(member, size);
        out.write(header);
        byte[] buffer = new byte[BUFFER_BYTES];
        long written = 0;
        int n;
        while ((n = in.read(buffer)) >= 0) {
            CancelledException.throwIfInterrupted("sending " + member.name + " to the Docker engine");
            out.write(buffer, 0, n);
            written += n;
            progress.advance(n);
        }
        if (written != size) {
            throw new InvalidContentException("The blob " + member.name + " of "
                    + candidate.source().name() + " has " + written + " bytes, but its manifest says " + size);
        }
        byte[] padding = TarHeader.padding(size);
        out.write(padding);
        return header.length + written + padding.length;
    }

    private Path uncompressed(Member member) {
        TemporaryDirectory folder = temporary;
        if (folder == null) {
            folder = TemporaryDirectory.create("load-");
            temporary = folder;
        }
        Path file = folder.path().resolve("layer");
        try (InputStream in = LayerCompression.uncompress(
                        member.content.open(),
                        MediaTypes.OCI_LAYER_ZSTD,
                        candidate.source().name());
                OutputStream out = Files.newOutputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            int n;
            while ((n = in.read(buffer)) >= 0) {
                CancelledException.throwIfInterrupted("uncompressing " + member.name + " for the Docker engine");
                out.write(buffer, 0, n);
            }
            return file;
        } catch (IOException e) {
            throw new StorageException(
                    "Could not uncompress " + member.name + " of "
                            + candidate.source().name() + ", which the engine does not read, into " + file + ": "
                            + AtomicFile.reason(e),
                    e);
        }
    }

    private void add(String name, byte[] bytes) {
        members.add(new Member(name, bytes.length, () -> new ByteArrayInputStream(bytes)));
    }

    private static String classicName(Descriptor blob) {
        return "layers/" + blob.digest().hex();
    }

    private static String layoutName(Descriptor blob) {
        return "blobs/" + blob.digest().algorithm().prefix() + "/"
                + blob.digest().hex();
    }

    @FunctionalInterface
    private interface Content {
        InputStream open();
    }

    private static byte[] header(Member member, long size) {
        return TarHeader.file(member.name, size, 0).encode();
    }

    private record Member(String name, long sizeBytes, Content content) {}
}
