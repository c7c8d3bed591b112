package io.sandboximage.image;

import io.sandboximage.internal.json.JsonView;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The config of one image: platform, how to start it, and the digests of its uncompressed layers (OCI image-spec,
 * config.md). It keeps the bytes that it was parsed from.
 */
public final class ImageConfig {
    /** Larger configs than 8 MiB are refused. */
    public static final int MAX_BYTES = 8 * 1024 * 1024;

    private final byte[] bytes;
    private final Platform platform;
    private final List<Digest> diffIds;
    private final Optional<Instant> created;
    private final Optional<JsonView> execution;

    private ImageConfig(byte[] bytes, JsonView json) {
        this.bytes = bytes;
        this.platform = Platform.fromJson(json);
        this.diffIds = json.object("rootfs").map(r -> r.strings("diff_ids")).orElse(List.of()).stream()
                .map(Digest::parse)
                .toList();
        this.created = json.string("created").flatMap(ImageConfig::parseInstant);
        this.execution = json.object("config");
    }

    /** @throws io.sandboximage.error.InvalidContentException if the bytes are no image config */
    public static ImageConfig parse(byte[] bytes) {
        return new ImageConfig(bytes.clone(), JsonView.parse(bytes, MAX_BYTES, "config " + Digest.sha256(bytes)));
    }

    public Platform platform() {
        return platform;
    }

    /** Digests of the uncompressed layers, bottom first; as many as the manifest has layers. */
    public List<Digest> diffIds() {
        return diffIds;
    }

    public Optional<Instant> created() {
        return created;
    }

    /** Environment as {@code NAME=value}. */
    public List<String> env() {
        return strings("Env");
    }

    public List<String> entrypoint() {
        return strings("Entrypoint");
    }

    public List<String> cmd() {
        return strings("Cmd");
    }

    public Optional<String> workingDir() {
        return string("WorkingDir");
    }

    /** {@code user}, {@code uid}, {@code user:group} or {@code uid:gid}. */
    public Optional<String> user() {
        return string("User");
    }

    public Map<String, String> labels() {
        return execution.map(e -> e.stringMap("Labels")).orElse(Map.of());
    }

    /** A copy of the exact bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    private List<String> strings(String name) {
        return execution.map(e -> e.strings(name)).orElse(List.of());
    }

    private Optional<String> string(String name) {
        return execution.flatMap(e -> e.string(name)).filter(s -> !s.isEmpty());
    }

    private static Optional<Instant> parseInstant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // A nonsensical date is no reason to refuse an image.
        }
    }
}
