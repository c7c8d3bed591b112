package io.sandboximage.golden;

import io.sandboximage.image.Digest;
import io.sandboximage.internal.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Data roots as an engine with the classic store leaves them, made by hand. */
final class EngineData {
    private EngineData() {}

    /**
     * Adds an image of one layer with one file.
     *
     * @return its ID
     */
    static Digest image(Path root, String name, String content) throws IOException {
        String diffId = "sha256:" + sha256(content);
        String config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + diffId + "\"]}}";
        String id = sha256(config);
        String layer = "layer" + id.substring(0, 8);
        Path store = root.resolve("image/overlay2");
        write(store.resolve("imagedb/content/sha256/" + id), config);
        write(
                store.resolve("repositories.json"),
                new String(
                        Json.write(Map.of("Repositories", Map.of(name, Map.of(name + ":latest", "sha256:" + id)))),
                        StandardCharsets.UTF_8));
        Path meta = store.resolve("layerdb/sha256").resolve(diffId.substring(7));
        write(meta.resolve("diff"), diffId);
        write(meta.resolve("cache-id"), layer);
        Path folder = root.resolve("overlay2").resolve(layer);
        write(folder.resolve("link"), "L" + layer);
        write(folder.resolve("diff/etc/content"), content);
        Files.createDirectories(root.resolve("overlay2/l"));
        Path link = root.resolve("overlay2/l/L" + layer);
        if (!Files.isSymbolicLink(link)) {
            Files.createSymbolicLink(link, Path.of("../" + layer + "/diff"));
        }
        return Digest.parse("sha256:" + id);
    }

    /** What an engine keeps for itself and its containers. */
    static void privateThings(Path root) throws IOException {
        String container = "c".repeat(64);
        write(root.resolve("engine-id"), "abc");
        write(root.resolve("golden-build-result"), "0");
        write(root.resolve("containers").resolve(container).resolve("config.v2.json"), "{}");
        write(root.resolve("network/files/local-kv.db"), "");
        write(root.resolve("volumes/data/_data/file"), "");
        write(root.resolve("overlay2/writable/diff/file"), "");
        write(root.resolve("overlay2/writable-init/diff/file"), "");
        Path mount = root.resolve("image/overlay2/layerdb/mounts").resolve(container);
        write(mount.resolve("mount-id"), "writable");
        write(mount.resolve("init-id"), "writable-init");
    }

    /** The folder of the image's only layer. */
    static Path layerOf(Path root, Digest image) {
        return root.resolve("overlay2/layer" + image.hex().substring(0, 8));
    }

    static void remove(Path path) throws IOException {
        List<Path> found;
        try (var files = Files.walk(path)) {
            found = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : found) {
            Files.delete(file);
        }
    }

    static List<String> names(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString()).sorted().toList();
        }
    }

    static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
