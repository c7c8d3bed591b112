package io.sandboximage.docker;

import io.sandboximage.docker.internal.EngineBody;
import io.sandboximage.error.CancelledException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Layer;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.tar.TarHeader;
import io.sandboximage.progress.ProgressTask;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An image as a tar archive that {@code docker load} takes, without a name and with no more layers than needed. Nothing is
 * unpacked or packed anew: engines take layers as they are stored. Its size is known before it is written.
 *
 * <pre>
 * classic store                     containerd's store
 * manifest.json                     oci-layout, index.json
 * CONFIG.json                       blobs/sha256/MANIFEST, blobs/sha256/CONFIG
 * layers/BLOB …                     blobs/sha256/BLOB …
 * </pre>
 */
final class ImageArchive {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

    private final Candidate candidate;
    private final List<Member> members = new ArrayList<>();

    private ImageArchive(Candidate candidate) {
        this.candidate = candidate;
    }

    /** @param missing the blobs of layers to put in */
    static ImageArchive of(Candidate candidate, ImageStoreKind store, Set<Digest> missing) {
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
                        blob.sizeBytes(),
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

    /** @param progress counts the bytes */
    EngineBody body(ProgressTask progress) {
        return EngineBody.tar(sizeBytes(), out -> write(out, progress));
    }

    long sizeBytes() {
        long size = TarHeader.end().length;
        for (Member member : members) {
            size += member.header().length + member.sizeBytes + TarHeader.padding(member.sizeBytes).length;
        }
        return size;
    }

    private void write(OutputStream out, ProgressTask progress) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (Member member : members) {
            out.write(member.header());
            long written = 0;
            try (InputStream in = member.content.open()) {
                int n;
                while ((n = in.read(buffer)) >= 0) {
                    CancelledException.throwIfInterrupted("sending " + member.name + " to the Docker engine");
                    out.write(buffer, 0, n);
                    written += n;
                    progress.advance(n);
                }
            }
            if (written != member.sizeBytes) {
                throw new InvalidContentException("The blob " + member.name + " of "
                        + candidate.source().name() + " has " + written + " bytes, but its manifest says "
                        + member.sizeBytes);
            }
            out.write(TarHeader.padding(member.sizeBytes));
        }
        out.write(TarHeader.end());
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

    private record Member(String name, long sizeBytes, Content content) {
        byte[] header() {
            return TarHeader.file(name, sizeBytes, 0).encode();
        }
    }
}
