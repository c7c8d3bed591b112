package io.sandboximage.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.Delivery;
import io.sandboximage.ImageSource;
import io.sandboximage.error.IntegrityException;
import io.sandboximage.error.InvalidContentException;
import io.sandboximage.error.InvalidRequestException;
import io.sandboximage.error.NotFoundException;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Image;
import io.sandboximage.image.ImageReference;
import io.sandboximage.image.Manifest;
import io.sandboximage.image.MediaTypes;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.store.CopyOptions;
import io.sandboximage.store.ImageCopier;
import io.sandboximage.store.MemorySource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchivesTest {
    private static final ImageReference APP = ImageReference.parse("registry.example.com/app:v1");
    private final MemorySource memory = new MemorySource();

    @TempDir
    Path directory;

    private Path file(String name) {
        return directory.resolve(name);
    }

    private Descriptor twoPlatforms() {
        Descriptor amd64 = memory.image(Platform.LINUX_AMD64, new byte[1000], new byte[] {1})
                .withPlatform(Platform.LINUX_AMD64);
        Descriptor arm64 = memory.image(Platform.LINUX_ARM64, new byte[1000], new byte[] {2})
                .withPlatform(Platform.LINUX_ARM64);
        return memory.index(amd64, arm64);
    }

    private static byte[] read(ImageSource source, Descriptor blob) throws IOException {
        try (InputStream in = source.openBlob(blob)) {
            return in.readAllBytes();
        }
    }

    private static void write(io.sandboximage.ImageSink sink, ImageSource source) {
        sink.write(source, ProgressTask.silent());
    }

    @Test
    void anOciArchiveGivesBackEveryByte() throws IOException {
        Descriptor root = twoPlatforms();
        write(OciArchive.sink(file("a.tar"), "v1"), memory);

        try (ImageSource source = OciArchive.source(file("a.tar"), "v1")) {
            assertThat(source.descriptor()).isEqualTo(root);
            assertThat(source.manifest(root)).isEqualTo(memory.manifest(root));
            for (Platform platform : List.of(Platform.LINUX_AMD64, Platform.LINUX_ARM64)) {
                Image image = source.image(platform);
                for (Descriptor layer : image.manifest().layers()) {
                    assertThat(read(source, layer)).isEqualTo(memory.content.get(layer.digest()));
                }
            }
        }
        assertThatThrownBy(() -> OciArchive.source(file("a.tar"), "v2").descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("v1");
        try (TarFile tar = new TarFile(file("a.tar"))) {
            assertThat(tar.getEntries())
                    .extracting(TarArchiveEntry::getName)
                    .startsWith("blobs/", "blobs/sha256/")
                    .endsWith("index.json", "oci-layout")
                    .isSorted();
        }
    }

    @Test
    void archivesDoNotDependOnTheOrderOfTheCopy() throws IOException {
        twoPlatforms();
        for (int parallelism : new int[] {1, 8}) {
            try (var to = OciArchive.destination(file(parallelism + ".tar"), Optional.empty())) {
                ImageCopier.copy(memory, to, CopyOptions.DEFAULT.withParallelism(parallelism), ProgressTask.silent());
            }
        }
        assertThat(file("1.tar")).hasSameBinaryContentAs(file("8.tar"));
        assertThat(Digest.sha256(Files.readAllBytes(file("1.tar"))))
                .hasToString("sha256:27452575d358f19c33ec34222fdb341e80e879912bb45fd7f664fe8f757ede2c");
        write(DockerArchive.sink(file("d1.tar"), Optional.of(APP), Optional.of(Platform.LINUX_AMD64)), memory);
        assertThat(Digest.sha256(Files.readAllBytes(file("d1.tar"))))
                .hasToString("sha256:1094b1313c8b869f026bc30b54f7bdb7bbece6bef174dcb1b68f787e6b50009f");
    }

    @Test
    void compressedArchivesAreReadToo() throws IOException {
        Descriptor root = memory.image(Platform.LINUX_AMD64, new byte[100_000]);
        write(OciArchive.sink(file("a.tar")), memory);
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file("a.tar.gz")))) {
            Files.copy(file("a.tar"), gzip);
        }
        try (OutputStream zstd = new com.github.luben.zstd.ZstdOutputStream(Files.newOutputStream(file("a.tar.zst")))) {
            Files.copy(file("a.tar"), zstd);
        }

        for (String name : List.of("a.tar.gz", "a.tar.zst")) {
            try (ImageSource source = OciArchive.source(file(name))) {
                assertThat(source.descriptor()).isEqualTo(root);
                assertThat(read(source, source.image(root).manifest().layers().get(0)))
                        .hasSize(100_000);
            }
        }
    }

    @Test
    void aFailedCopyLeavesTheOldArchive() throws IOException {
        memory.image(Platform.LINUX_AMD64, new byte[] {1});
        write(OciArchive.sink(file("a.tar")), memory);
        byte[] before = Files.readAllBytes(file("a.tar"));
        Descriptor root = memory.image(Platform.LINUX_AMD64, new byte[] {2});
        memory.content.put(memory.image(root).manifest().layers().get(0).digest(), new byte[] {3});

        assertThatThrownBy(() -> write(OciArchive.sink(file("a.tar")), memory)).isInstanceOf(IntegrityException.class);
        assertThatThrownBy(() -> write(DockerArchive.sink(file("a.tar")), memory))
                .isInstanceOf(IntegrityException.class);

        assertThat(file("a.tar")).hasBinaryContent(before);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file("a.tar"));
        }
    }

    @Test
    void aDockerArchiveKeepsTheImageId() throws IOException {
        Descriptor root = memory.image(Platform.LINUX_AMD64, new byte[5000], new byte[] {1}, new byte[5000]);

        Delivery delivery = DockerArchive.sink(file("d.tar"), APP).write(memory, ProgressTask.silent());

        assertThat(delivery.blobsCopied()).isEqualTo(3);
        try (ImageSource source = DockerArchive.source(file("d.tar"), APP)) {
            Manifest manifest = source.image(Platform.LINUX_AMD64).manifest();
            assertThat(manifest.config())
                    .isEqualTo(memory.image(root).manifest().config());
            assertThat(manifest.layers())
                    .isEqualTo(memory.image(root).manifest().layers());
            assertThat(read(source, manifest.layers().get(2))).hasSize(5000);
            assertThat(read(source, manifest.config()))
                    .isEqualTo(memory.content.get(manifest.config().digest()));
        }
        try (TarFile tar = new TarFile(file("d.tar"))) {
            TarArchiveEntry json = tar.getEntries().get(tar.getEntries().size() - 1);
            assertThat(json.getName()).isEqualTo("manifest.json");
            assertThat(new String(tar.getInputStream(json).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"RepoTags\":[\"registry.example.com/app:v1\"]");
        }
    }

    @Test
    void aDockerArchiveHoldsUncompressedLayers() throws IOException {
        byte[] tar = new byte[20_000];
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(tar);
        }
        Descriptor layer = memory.add(MediaTypes.DOCKER_LAYER_GZIP, compressed.toByteArray());
        Descriptor config = memory.add(MediaTypes.OCI_CONFIG, config(Digest.sha256(tar)));
        memory.manifest(Manifest.create(config, List.of(layer), Map.of()));

        write(DockerArchive.sink(file("d.tar")), memory);

        try (ImageSource source = DockerArchive.source(file("d.tar"))) {
            assertThat(source.image(Platform.LINUX_AMD64).manifest().layers())
                    .containsExactly(Descriptor.of(MediaTypes.OCI_LAYER, tar));
        }
    }

    @Test
    void aDiffIdThatIsWrongIsAnError() {
        Descriptor layer = memory.add(MediaTypes.OCI_LAYER, new byte[] {1});
        Descriptor config = memory.add(MediaTypes.OCI_CONFIG, config(Digest.sha256(new byte[] {2})));
        memory.manifest(Manifest.create(config, List.of(layer), Map.of()));
        assertThatThrownBy(() -> write(DockerArchive.sink(file("d.tar")), memory))
                .isInstanceOf(IntegrityException.class);
        assertThat(file("d.tar")).doesNotExist();
    }

    @Test
    void anIndexGivesTheChosenPlatform() {
        twoPlatforms();
        write(DockerArchive.sink(file("d.tar"), Optional.empty(), Optional.of(Platform.LINUX_ARM64)), memory);
        try (ImageSource source = DockerArchive.source(file("d.tar"))) {
            assertThat(source.image(Platform.LINUX_ARM64).config().platform()).isEqualTo(Platform.LINUX_ARM64);
        }
        assertThatThrownBy(() -> DockerArchive.sink(file("d.tar"), APP.withDigest(Digest.sha256(new byte[0]))))
                .isInstanceOf(InvalidRequestException.class);
    }

    /** As Docker before 25 wrote: a directory a layer, and a layer that occurs twice is a link the second time. */
    @Test
    void legacyArchivesOfSeveralImagesAreRead() throws IOException {
        byte[] layer = "a layer".getBytes(StandardCharsets.UTF_8);
        byte[] config = config(Digest.sha256(layer));
        byte[] twice = config(Digest.sha256(layer), Digest.sha256(layer));
        tar("legacy.tar", tar -> {
            put(tar, "one/layer.tar", layer);
            link(tar, "two/layer.tar", "../one/layer.tar", TarConstants.LF_SYMLINK);
            link(tar, "./three/layer.tar", "one/layer.tar", TarConstants.LF_LINK);
            put(tar, "one.json", config);
            put(tar, "two.json", twice);
            put(
                    tar,
                    "manifest.json",
                    ("[{\"Config\":\"one.json\",\"RepoTags\":[\"app:v1\",\"app:latest\"],\"Layers\":[\"one/layer.tar\"]},"
                                    + "{\"Config\":\"two.json\",\"RepoTags\":null,\"Layers\":[\"two/layer.tar\",\"three/layer.tar\"]}]")
                            .getBytes(StandardCharsets.UTF_8));
        });

        assertThatThrownBy(() -> DockerArchive.source(file("legacy.tar")).descriptor())
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("app:v1, app:latest")
                .hasMessageContaining(":@0");
        assertThatThrownBy(() -> DockerArchive.source(file("legacy.tar"), ImageReference.parse("app:v2"))
                        .descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("app:v1");
        assertThatThrownBy(() -> DockerArchive.source(file("legacy.tar"), 2).descriptor())
                .isInstanceOf(NotFoundException.class);
        try (ImageSource named = DockerArchive.source(file("legacy.tar"), ImageReference.parse("app"))) {
            assertThat(named.image(Platform.LINUX_AMD64).config().bytes()).isEqualTo(config);
        }
        try (ImageSource second = DockerArchive.source(file("legacy.tar"), 1)) {
            Image image = second.image(Platform.LINUX_AMD64);
            assertThat(image.layers()).hasSize(2);
            assertThat(read(second, image.manifest().layers().get(1))).isEqualTo(layer);
        }
    }

    /** As Docker since 25 writes: an OCI layout that has a manifest.json too, and whose index names platforms it lacks. */
    @Test
    void currentArchivesKeepTheirManifest() throws IOException {
        Descriptor arm64 = memory.image(Platform.LINUX_ARM64, new byte[] {5}).withPlatform(Platform.LINUX_ARM64);
        memory.content.clear();
        Descriptor amd64 = memory.image(Platform.LINUX_AMD64, new byte[] {6}).withPlatform(Platform.LINUX_AMD64);
        Manifest manifest = memory.image(amd64).manifest();
        Descriptor root = memory.index(arm64, amd64);
        String layer = manifest.layers().get(0).digest().hex();
        tar("docker.tar", tar -> {
            for (Map.Entry<Digest, byte[]> blob : memory.content.entrySet()) {
                put(tar, "blobs/sha256/" + blob.getKey().hex(), blob.getValue());
            }
            put(
                    tar,
                    "index.json",
                    io.sandboximage.image.ImageIndex.create(List.of(root), Map.of())
                            .bytes());
            put(
                    tar,
                    "manifest.json",
                    ("[{\"Config\":\"blobs/sha256/" + manifest.config().digest().hex()
                                    + "\",\"RepoTags\":[\"app:v1\"],\"Layers\":[\"blobs/sha256/" + layer + "\"]}]")
                            .getBytes(StandardCharsets.UTF_8));
        });

        try (ImageSource source = DockerArchive.source(file("docker.tar"))) {
            assertThat(source.descriptor()).isEqualTo(manifest.descriptor());
            assertThat(read(source, manifest.layers().get(0))).containsExactly(6);
        }
    }

    @Test
    void compressedLayersOfAnArchiveKeepTheirOwnDigest() throws IOException {
        byte[] layer = "a layer".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(layer);
        }
        tar("odd.tar", tar -> {
            put(tar, "l", compressed.toByteArray());
            put(tar, "c", config(Digest.sha256(layer)));
            put(tar, "manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"l\"]}]".getBytes(StandardCharsets.UTF_8));
        });
        try (ImageSource source = DockerArchive.source(file("odd.tar"))) {
            assertThat(source.image(Platform.LINUX_AMD64).manifest().layers())
                    .containsExactly(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, compressed.toByteArray()));
        }
    }

    @Test
    void brokenArchivesAreErrors() throws IOException {
        assertThatThrownBy(() -> OciArchive.source(file("none.tar"))).isInstanceOf(NotFoundException.class);
        Files.writeString(file("text.tar"), "this is no archive\n".repeat(100));
        assertThatThrownBy(() -> OciArchive.source(file("text.tar"))).isInstanceOf(InvalidContentException.class);
        tar("empty.tar", tar -> put(tar, "x", new byte[1]));
        assertThatThrownBy(() -> OciArchive.source(file("empty.tar")).descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("index.json");
        assertThatThrownBy(() -> DockerArchive.source(file("empty.tar")).descriptor())
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("manifest.json");
        tar("escape.tar", tar -> {
            put(tar, "c", config(Digest.sha256(new byte[0])));
            link(tar, "l", "../../../../etc/passwd", TarConstants.LF_SYMLINK);
            put(tar, "manifest.json", "[{\"Config\":\"c\",\"Layers\":[\"l\"]}]".getBytes(StandardCharsets.UTF_8));
        });
        assertThatThrownBy(() -> DockerArchive.source(file("escape.tar")).descriptor())
                .as("links lead to files of the archive or nowhere")
                .isInstanceOf(NotFoundException.class);
        memory.image(Platform.LINUX_AMD64, new byte[50_000]);
        write(DockerArchive.sink(file("cut.tar")), memory);
        byte[] bytes = Files.readAllBytes(file("cut.tar"));
        bytes[2000] = 1;
        Files.write(file("cut.tar"), bytes);
        try (ImageSource source = DockerArchive.source(file("cut.tar"))) {
            Descriptor layer =
                    source.image(Platform.LINUX_AMD64).manifest().layers().get(0);
            assertThatThrownBy(() -> read(source, layer)).isInstanceOf(IntegrityException.class);
        }
    }

    private static byte[] config(Digest... diffIds) {
        StringBuilder quoted = new StringBuilder();
        for (Digest diffId : diffIds) {
            quoted.append(quoted.isEmpty() ? "" : ",")
                    .append('"')
                    .append(diffId)
                    .append('"');
        }
        return ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + quoted
                        + "]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void tar(String name, Filling filling) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file(name)))) {
            filling.fill(tar);
        }
    }

    private static void put(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target, byte kind) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private interface Filling {
        void fill(TarArchiveOutputStream tar) throws IOException;
    }
}
