package io.sandboximage.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An image of about 2 GB in ten gzip layers, with the mix of real ones: system files, a toolchain, 40,000 small files, one of
 * 500 MB that does not compress, a directory of 12,000 entries, an upgrade, a chown layer, whiteouts and hard links. The same on
 * every machine with the same JDK.
 */
final class BenchmarkImage {
    static final String TAG = "v1";

    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;
    private static final int OTHER_OWNER = 100_000;
    private static final int PROGRAM_FILES = 300;

    private final double scale;
    private final Path layout;
    private final Path blobs;

    private BenchmarkImage(Path layout, double scale) {
        this.layout = layout;
        this.blobs = layout.resolve("blobs").resolve("sha256");
        this.scale = scale;
    }

    /** Writes an OCI layout to the new folder {@code layout}; one layer after the other, bottom first. */
    static List<WrittenLayer> write(Path layout, double scale) throws IOException {
        return new BenchmarkImage(layout, scale).write();
    }

    /**
     * Writes images into one OCI layout that share eleven layers, those of {@link #write} and one more, under a twelfth of their own: a
     * program of some megabytes.
     *
     * @return their tags
     */
    static List<String> writeVersions(Path layout, double scale, int versions) throws IOException {
        BenchmarkImage image = new BenchmarkImage(layout, scale);
        List<WrittenLayer> shared = new ArrayList<>(image.layers());
        shared.add(image.layer(shared.size(), layer -> layer.file("etc/program.conf", 2 * KIB)));
        List<String> roots = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int version = 1; version <= versions; version++) {
            String folder = "srv/program/release-" + version;
            List<WrittenLayer> layers = new ArrayList<>(shared);
            layers.add(image.layer(shared.size() + version, layer -> {
                layer.directory(folder);
                for (int i = 0; i < PROGRAM_FILES; i++) {
                    layer.file(folder + "/part-" + i, 10L * KIB + layer.noise().below(20 * KIB));
                }
            }));
            tags.add("v" + version);
            roots.add(image.root(layers, "v" + version));
        }
        image.writeIndex(roots);
        return tags;
    }

    private List<WrittenLayer> write() throws IOException {
        List<WrittenLayer> layers = layers();
        writeIndex(List.of(root(layers, TAG)));
        return layers;
    }

    private List<WrittenLayer> layers() throws IOException {
        Files.createDirectories(blobs);
        List<Content> contents = List.of(
                this::system,
                this::toolchain,
                this::smallFiles,
                this::denseFile,
                this::wideDirectory,
                this::libraries,
                this::upgrade,
                this::removals,
                this::changeOfOwner,
                this::application);
        List<WrittenLayer> layers = new ArrayList<>();
        for (Content content : contents) {
            layers.add(layer(layers.size(), content));
        }
        return layers;
    }

    private WrittenLayer layer(int number, Content content) throws IOException {
        LayerWriter writer = new LayerWriter(blobs, number);
        try (writer) {
            content.write(writer);
        }
        return writer.finish();
    }

    private void system(LayerWriter layer) throws IOException {
        for (String folder : List.of("bin", "dev", "etc", "proc", "run", "srv", "sys", "tmp", "usr", "var")) {
            layer.directory(folder);
        }
        layer.directory("usr/lib");
        int folders = count(400);
        for (int i = 0; i < folders; i++) {
            String folder = "usr/lib/package-" + i;
            layer.directory(folder);
            for (int k = 0; k < 20; k++) {
                layer.file(folder + "/file-" + k, systemFileBytes(i, k));
            }
            layer.symlink("bin/tool-" + i, "../" + folder + "/file-0");
            layer.symlink(
                    folder + "/latest", "/usr/lib/package-" + i + "/a-name-that-is-too-long-for-the-inode-itself/file");
        }
    }

    private static long systemFileBytes(int folder, int file) {
        return (folder * 37 + file * 101) % 60 * (long) KIB + 512;
    }

    private void toolchain(LayerWriter layer) throws IOException {
        layer.directory("usr/toolchain");
        for (int i = 0; i < count(60); i++) {
            layer.file("usr/toolchain/part-" + i, 5L * MIB + i);
        }
    }

    private void smallFiles(LayerWriter layer) throws IOException {
        layer.directory("srv/node");
        for (int i = 0; i < count(4000); i++) {
            String folder = "srv/node/module-" + i;
            layer.directory(folder);
            for (int k = 0; k < 10; k++) {
                layer.file(folder + "/index-" + k + ".js", 200 + layer.noise().below(6000));
            }
        }
    }

    private void denseFile(LayerWriter layer) throws IOException {
        layer.directory("srv/model");
        layer.file("srv/model/weights.bin", (long) (500 * scale * MIB), 0, true);
    }

    private void wideDirectory(LayerWriter layer) throws IOException {
        layer.directory("srv/wide");
        for (int i = 0; i < count(12_000); i++) {
            layer.file("srv/wide/entry-number-" + i, 100 + i % 900);
        }
    }

    private void libraries(LayerWriter layer) throws IOException {
        layer.directory("usr/share");
        for (int i = 0; i < count(1500); i++) {
            layer.file(
                    "usr/share/library-" + i + ".so", 100L * KIB + layer.noise().below(300 * KIB));
        }
    }

    private void upgrade(LayerWriter layer) throws IOException {
        for (int i = 0; i < count(400); i += 2) {
            for (int k = 0; k < 15; k++) {
                layer.file("usr/lib/package-" + i + "/file-" + k, systemFileBytes(i, k) + 64);
            }
        }
    }

    private void removals(LayerWriter layer) throws IOException {
        for (int i = 0; i < count(4000); i += 8) {
            layer.whiteout("srv/node/module-" + i);
        }
        for (int i = 1; i < count(400); i += 40) {
            layer.opaque("usr/lib/package-" + i);
            layer.file("usr/lib/package-" + i + "/only", 3 * KIB);
        }
        layer.directory("usr/links");
        for (int i = 0; i < count(1000); i++) {
            layer.file("usr/links/origin-" + i, 2 * KIB);
            layer.hardLink("usr/links/second-" + i, "usr/links/origin-" + i);
            layer.hardLink("usr/links/third-" + i, "usr/links/origin-" + i);
        }
    }

    private void changeOfOwner(LayerWriter layer) throws IOException {
        for (int i = 0; i < count(12_000); i += 4) {
            layer.file("srv/wide/entry-number-" + i, 100 + i % 900, OTHER_OWNER, false);
        }
    }

    private void application(LayerWriter layer) throws IOException {
        layer.directory("srv/app");
        for (int i = 0; i < count(200); i++) {
            layer.file("srv/app/asset-" + i, MIB - i);
        }
        layer.file("srv/app/a-file-with-quite-a-long-name-" + "x".repeat(120), KIB);
    }

    private int count(int atFullScale) {
        return (int) Math.ceil(atFullScale * scale);
    }

    /** Writes config and manifest, and gives the entry of the index. */
    private String root(List<WrittenLayer> layers, String tag) throws IOException {
        String config =
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + layers.stream()
                                .map(l -> "\"sha256:" + l.diffId() + "\"")
                                .collect(Collectors.joining(",")) + "]}}";
        String manifest =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + descriptor("config.v1+json", blob(config), config.length()) + ",\"layers\":["
                        + layers.stream()
                                .map(l -> descriptor("layer.v1.tar+gzip", l.digest(), l.blobBytes()))
                                .collect(Collectors.joining(","))
                        + "]}";
        String root = descriptor("manifest.v1+json", blob(manifest), manifest.length());
        return root.substring(0, root.length() - 1) + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + tag
                + "\"}}";
    }

    private void writeIndex(List<String> roots) throws IOException {
        Files.writeString(
                layout.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", roots) + "]}");
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    private static String descriptor(String type, String digest, long bytes) {
        return "{\"mediaType\":\"application/vnd.oci.image." + type + "\",\"digest\":\"sha256:" + digest
                + "\",\"size\":" + bytes + "}";
    }

    private String blob(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest = HexFormat.of().formatHex(LayerWriter.sha256().digest(bytes));
        Files.write(blobs.resolve(digest), bytes);
        return digest;
    }

    private interface Content {
        void write(LayerWriter layer) throws IOException;
    }
}
