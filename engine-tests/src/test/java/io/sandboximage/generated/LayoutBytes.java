package io.sandboximage.generated;

import io.sandboximage.image.Digest;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of an OCI layout in memory, to be changed. */
final class LayoutBytes {
    private static final String BLOBS = "blobs/sha256/";

    private final TreeMap<String, byte[]> files = new TreeMap<>();

    private LayoutBytes() {}

    /** @param folder where the layout stands for a moment */
    static LayoutBytes of(List<byte[]> archives, Path folder) throws IOException {
        FeatureImage.ofLayers(archives).write(folder, "v1", Compression.MIXED);
        LayoutBytes layout = new LayoutBytes();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                layout.files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        FileTrees.delete(folder);
        return layout;
    }

    LayoutBytes copy() {
        LayoutBytes copy = new LayoutBytes();
        copy.files.putAll(files);
        return copy;
    }

    byte[] bytes(String path) {
        return files.get(path);
    }

    /** Index, manifest, config and the file that says that this is a layout. */
    List<String> documents() {
        return files.keySet().stream().filter(this::isDocument).toList();
    }

    List<String> layers() {
        return files.keySet().stream().filter(path -> !isDocument(path)).toList();
    }

    private boolean isDocument(String path) {
        byte[] bytes = files.get(path);
        return bytes.length > 0 && bytes[0] == '{';
    }

    /** @param named whether what refers to a blob is to refer to the new bytes */
    void replace(String path, byte[] bytes, boolean named) {
        if (!named || !path.startsWith(BLOBS)) {
            files.put(path, bytes);
            return;
        }
        String old = path.substring(BLOBS.length());
        String digest = Digest.sha256(bytes).hex();
        List<String> documents = documents();
        files.put(BLOBS + digest, bytes);
        for (String document : documents) {
            String text = new String(files.get(document), StandardCharsets.UTF_8);
            if (!document.equals(path) && text.contains(old)) {
                String changed = text.replaceAll(
                        "sha256:" + old + "\",\"size\":[0-9]+", "sha256:" + digest + "\",\"size\":" + bytes.length);
                if (!changed.equals(text)) {
                    replace(document, changed.getBytes(StandardCharsets.UTF_8), true);
                }
            }
        }
    }

    void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve(BLOBS));
        files.forEach((path, bytes) -> {
            try {
                Files.write(folder.resolve(path), bytes);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }
}
