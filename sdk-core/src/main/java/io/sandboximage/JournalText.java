package io.sandboximage;

import io.sandboximage.error.InvalidContentException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.Json;
import io.sandboximage.internal.json.JsonView;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link RunJournal} as JSON. */
final class JournalText {
    private static final long VERSION = 1;
    private static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final String WHAT = "pipeline journal";

    private JournalText() {}

    /** @param image null where no run was broken off */
    record Page(@Nullable Digest image, Map<String, Branch.Made> entries) {}

    /** @throws InvalidContentException if it is no journal of this version */
    static Page parse(byte[] bytes) {
        JsonView json = JsonView.parse(bytes, MAX_BYTES, WHAT);
        if (json.requireNumber("version") != VERSION) {
            throw new InvalidContentException("The " + WHAT + " is of another version");
        }
        Map<String, Branch.Made> entries = new LinkedHashMap<>();
        for (JsonView entry : json.objects("finished")) {
            entries.put(
                    entry.requireString("branch"),
                    entry.object("delivery")
                            .<Branch.Made>map(made -> new Branch.Delivered(delivery(made)))
                            .orElseGet(() -> new Branch.Snapped(snapshot(entry.requireObject("snapshot")))));
        }
        return new Page(json.string("image").map(Digest::parse).orElse(null), entries);
    }

    static byte[] write(Page page) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", VERSION);
        Digest image = page.image();
        if (image != null) {
            json.put("image", image.toString());
        }
        json.put(
                "finished",
                page.entries().entrySet().stream()
                        .map(entry -> tree(entry.getKey(), entry.getValue()))
                        .toList());
        return Json.write(json);
    }

    private static Map<String, Object> tree(String branch, Branch.Made made) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("branch", branch);
        if (made instanceof Branch.Delivered delivered) {
            json.put("delivery", tree(delivered.delivery()));
        } else if (made instanceof Branch.Snapped snapped) {
            json.put("snapshot", tree(snapped.snapshot()));
        }
        return json;
    }

    private static Map<String, Object> tree(Delivery delivery) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("destination", delivery.destination());
        json.put("mediaType", delivery.descriptor().mediaType());
        json.put("digest", delivery.descriptor().digest().toString());
        json.put("size", delivery.descriptor().sizeBytes());
        json.put("blobsCopied", delivery.blobsCopied());
        json.put("blobsMounted", delivery.blobsMounted());
        json.put("blobsSkipped", delivery.blobsSkipped());
        json.put("bytesCopied", delivery.bytesCopied());
        json.put("tookMillis", delivery.took().toMillis());
        return json;
    }

    private static Delivery delivery(JsonView json) {
        return new Delivery(
                json.requireString("destination"),
                Descriptor.of(
                        json.requireString("mediaType"),
                        Digest.parse(json.requireString("digest")),
                        json.requireNumber("size")),
                (int) json.requireNumber("blobsCopied"),
                (int) json.requireNumber("blobsMounted"),
                (int) json.requireNumber("blobsSkipped"),
                json.requireNumber("bytesCopied"),
                Duration.ofMillis(json.requireNumber("tookMillis")));
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

    private static Snapshot snapshot(JsonView json) {
        return new Snapshot(
                json.requireString("kind"),
                json.requireString("reference"),
                Digest.parse(json.requireString("image")),
                json.bool("reused").orElse(false),
                json.stringMap("properties"),
                Duration.ofMillis(json.requireNumber("tookMillis")));
    }
}
