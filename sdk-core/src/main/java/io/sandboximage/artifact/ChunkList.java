package io.sandboximage.artifact;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.ZstdBytes;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an artifact's config says: the size of the disk, and where on it which chunk stands. The manifest's layers are the blobs that
 * hold the chunks. Whatever no chunk covers is zero.
 *
 * <pre>{@code
 * {"version":1,"sizeBytes":8192,"chunks":[{"offset":0,"size":4096,"digest":"sha256:…","blob":0}]}
 * }</pre>
 *
 * @param chunks by offset; they do not overlap
 * @param blobs what {@link Chunk#blob} counts
 */
record ChunkList(long sizeBytes, List<Chunk> chunks, List<Descriptor> blobs) {
    static final int MAX_CONFIG_BYTES = 16 << 20;
    private static final int VERSION = 1;

    ChunkList {
        chunks = List.copyOf(chunks);
        blobs = List.copyOf(blobs);
    }

    byte[] toJson() {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Chunk chunk : chunks) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("offset", chunk.offset());
            json.put("size", chunk.sizeBytes());
            json.put("digest", chunk.digest().toString());
            json.put("blob", chunk.blob());
            list.add(json);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", VERSION);
        json.put("sizeBytes", sizeBytes);
        json.put("chunks", list);
        return Json.write(json);
    }

    /**
     * @param name of the artifact, for messages
     * @throws InvalidContentException if the config says something impossible
     */
    static ChunkList parse(byte[] config, Manifest manifest, String name) {
        String what = "chunk list of " + name;
        JsonView json = JsonView.parse(config, MAX_CONFIG_BYTES, what);
        if (json.requireNumber("version") != VERSION) {
            throw new InvalidContentException("The " + what + " has the version " + json.requireNumber("version")
                    + ", and only " + VERSION + " is known here: use a newer release");
        }
        long size = json.requireNumber("sizeBytes");
        List<Chunk> chunks = new ArrayList<>();
        Map<Digest, Chunk> contents = new HashMap<>();
        long end = 0;
        for (JsonView view : json.objects("chunks")) {
            long length = view.requireNumber("size");
            long offset = view.requireNumber("offset");
            long blob = view.requireNumber("blob");
            boolean good = offset >= end
                    && length > 0
                    && length <= ChunkSizes.LARGEST
                    && length <= size - offset
                    && blob >= 0
                    && blob < manifest.layers().size()
                    && manifest.layers().get((int) blob).sizeBytes() <= ZstdBytes.maxCompressed((int) length);
            if (!good) {
                throw new InvalidContentException(
                        "The " + what + " is malformed: chunk " + chunks.size() + ", at " + offset + ", is impossible");
            }
            Chunk chunk = new Chunk(offset, (int) length, Digest.parse(view.requireString("digest")), (int) blob);
            Chunk same = contents.putIfAbsent(chunk.digest(), chunk);
            if (same != null && (same.sizeBytes() != chunk.sizeBytes() || same.blob() != chunk.blob())) {
                throw new InvalidContentException(
                        "The " + what + " is malformed: it contradicts itself about the " + chunk);
            }
            end = chunk.end();
            chunks.add(chunk);
        }
        return new ChunkList(size, chunks, manifest.layers());
    }

    /** The size of the largest chunk. */
    int largest() {
        return chunks.stream().mapToInt(Chunk::sizeBytes).max().orElse(0);
    }

    /** Which blob holds which content. */
    Map<Digest, Descriptor> blobsByContent() {
        Map<Digest, Descriptor> known = new HashMap<>();
        chunks.forEach(chunk -> known.put(chunk.digest(), blobs.get(chunk.blob())));
        return known;
    }
}
