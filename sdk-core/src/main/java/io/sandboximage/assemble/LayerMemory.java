package io.sandboximage.assemble;

import io.sandboximage.error.SandboxImageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.AtomicFile;
import io.sandboximage.internal.io.BlobDirectory;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which blob a layer became, in {@code layers/} beside the blobs, so that an unchanged one is not read again. Unchanged
 * means: the same paths, modes, owners, links and options, and for each source file the same size, modification and change time
 * to the nanosecond, and inode. Who changes a file and forges all of these fools it.
 */
final class LayerMemory {
    /** Changes with anything that makes the same input give other bytes. */
    private static final String FORMAT = "1";

    /**
     * Clocks of file systems tick in steps: a change in the same tick as our look at a file leaves no trace. Layers with files
     * that young are not remembered.
     */
    private static final Duration CLOCK_STEP = Duration.ofMillis(20);

    private static final int MAX_BYTES = 64 * 1024;

    private final BlobDirectory blobs;
    private final Path file;
    private final String fingerprint;

    LayerMemory(BlobDirectory blobs, LayerSpec spec, EntryTree tree, long mtimeSeconds, Compression compression) {
        this.blobs = blobs;
        this.file = blobs.root()
                .resolve("layers")
                .resolve(Digest.sha256(spec.identity().getBytes(StandardCharsets.UTF_8))
                        .hex());
        this.fingerprint = fingerprint(tree, mtimeSeconds, compression);
    }

    Optional<BuiltLayer> recall() {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            JsonView json = JsonView.parse(Files.readAllBytes(file), MAX_BYTES, "layer memory " + file);
            BuiltLayer layer = new BuiltLayer(
                    Descriptor.of(
                            json.requireString("mediaType"),
                            Digest.parse(json.requireString("digest")),
                            json.requireNumber("size")),
                    Digest.parse(json.requireString("diffId")));
            boolean same = json.requireString("fingerprint").equals(fingerprint)
                    && blobs.find(layer.descriptor()).isPresent();
            return same ? Optional.of(layer) : Optional.empty();
        } catch (IOException | SandboxImageException e) {
            return Optional.empty(); // A memory that cannot be read is none; the layer is made again.
        }
    }

    /** @param scanned when the look at the files began */
    void remember(BuiltLayer layer, EntryTree tree, Instant scanned) {
        if (tree.newest().isAfter(scanned.minus(CLOCK_STEP))) {
            AtomicFile.removeQuietly(file);
            return;
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("fingerprint", fingerprint);
        json.put("mediaType", layer.descriptor().mediaType());
        json.put("digest", layer.descriptor().digest().toString());
        json.put("size", layer.descriptor().sizeBytes());
        json.put("diffId", layer.diffId().toString());
        AtomicFile.write(file, Json.write(json));
    }

    private static String fingerprint(EntryTree tree, long mtimeSeconds, Compression compression) {
        MessageDigest hash = Digest.Algorithm.SHA256.newMessageDigest();
        add(hash, FORMAT + " " + mtimeSeconds + " " + compression);
        tree.entries().forEach((path, entry) -> {
            hash.update(entry.header(path, mtimeSeconds).encode());
            byte[] bytes = entry.bytes();
            if (bytes != null) {
                hash.update(bytes);
            }
            add(hash, entry.state());
        });
        return Digest.of(Digest.Algorithm.SHA256, hash.digest()).hex();
    }

    private static void add(MessageDigest hash, String text) {
        hash.update(text.getBytes(StandardCharsets.UTF_8));
        hash.update((byte) 0);
    }
}
