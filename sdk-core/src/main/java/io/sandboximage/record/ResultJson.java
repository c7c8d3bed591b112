package io.sandboximage.record;

import io.sandboximage.Delivery;
import io.sandboximage.PipelineResult;
import io.sandboximage.Snapshot;
import io.sandboximage.error.StorageException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.internal.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** A result as JSON, on one line. */
final class ResultJson {
    private ResultJson() {}

    static byte[] write(PipelineResult result) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(result, out);
        return out.toByteArray();
    }

    static void write(PipelineResult result, OutputStream out) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", tree(result.image()));
        json.put(
                "deliveries", result.deliveries().stream().map(ResultJson::tree).toList());
        json.put("snapshots", result.snapshots().stream().map(ResultJson::tree).toList());
        json.put("tookMillis", result.took().toMillis());
        try {
            out.write(Json.write(json));
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new StorageException("Could not write the result as JSON: " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> tree(Descriptor descriptor) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mediaType", descriptor.mediaType());
        json.put("digest", descriptor.digest().toString());
        json.put("size", descriptor.sizeBytes());
        return json;
    }

    private static Map<String, Object> tree(Delivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("destination", delivery.destination());
        json.put("descriptor", tree(delivery.descriptor()));
        json.put("blobsCopied", delivery.blobsCopied());
        json.put("blobsMounted", delivery.blobsMounted());
        json.put("blobsSkipped", delivery.blobsSkipped());
        json.put("bytesCopied", delivery.bytesCopied());
        json.put("tookMillis", delivery.took().toMillis());
        return json;
    }

    private static Map<String, Object> tree(Snapshot snapshot) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", snapshot.kind());
        json.put("reference", snapshot.reference());
        json.put("image", snapshot.image().toString());
        json.put("reused", snapshot.reused());
        json.put("properties", snapshot.properties());
        json.put("tookMillis", snapshot.took().toMillis());
        return json;
    }
}
