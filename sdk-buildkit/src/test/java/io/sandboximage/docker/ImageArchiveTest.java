package io.sandboximage.docker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.assemble.Compression;
import io.sandboximage.assemble.ImageAssembly;
import io.sandboximage.assemble.LayerSpec;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Layer;
import io.sandboximage.image.Platform;
import io.sandboximage.progress.ProgressTask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;

class ImageArchiveTest {
    private final ImageSource image = ImageAssembly.scratch(Platform.LINUX_AMD64)
            .layer(LayerSpec.empty().file("/a", "a".getBytes(StandardCharsets.UTF_8), 0644))
            .layer(LayerSpec.empty().file("/b", "b".getBytes(StandardCharsets.UTF_8), 0644))
            .produce(ProgressTask.silent());
    private final Candidate candidate = Candidate.of(image, () -> Platform.LINUX_AMD64);
    private final Digest bottom = candidate.layers().get(0).descriptor().digest();
    private final Digest top = candidate.layers().get(1).descriptor().digest();
    private final Digest config = candidate.image().manifest().config().digest();

    @Test
    void forAClassicStoreAllLayersAreNamedAndTheMissingOnesAreThere() throws IOException {
        Map<String, byte[]> files = files(ImageStoreKind.CLASSIC, Set.of(top));
        assertThat(files.keySet()).containsExactly("manifest.json", config.hex() + ".json", "layers/" + top.hex());
        assertThat(new String(files.get("manifest.json"), StandardCharsets.UTF_8))
                .isEqualTo("[{\"Config\":\"" + config.hex() + ".json\",\"RepoTags\":[],\"Layers\":[\"layers/"
                        + bottom.hex() + "\",\"layers/" + top.hex() + "\"]}]");
        assertThat(Digest.sha256(files.get("layers/" + top.hex()))).isEqualTo(top);
    }

    @Test
    void forContainerdItIsALayoutWithoutAName() throws IOException {
        Digest manifest = candidate.image().descriptor().digest();
        Map<String, byte[]> files = files(ImageStoreKind.CONTAINERD, Set.of(bottom, top));
        assertThat(files.keySet())
                .containsExactly(
                        "oci-layout",
                        "index.json",
                        "blobs/sha256/" + manifest.hex(),
                        "blobs/sha256/" + config.hex(),
                        "blobs/sha256/" + bottom.hex(),
                        "blobs/sha256/" + top.hex());
        assertThat(new String(files.get("index.json"), StandardCharsets.UTF_8))
                .contains(manifest.toString())
                .doesNotContain("annotations");
    }

    @Test
    void layersThatTheEngineCannotReadGoInUncompressed() throws IOException {
        ImageSource compressed = ImageAssembly.scratch(Platform.LINUX_AMD64)
                .layer(LayerSpec.empty()
                        .file("/a", "a".getBytes(StandardCharsets.UTF_8), 0644)
                        .compression(Compression.ZSTD))
                .produce(ProgressTask.silent());
        Candidate zstd = Candidate.of(compressed, () -> Platform.LINUX_AMD64);
        Layer layer = zstd.layers().get(0);
        Set<Digest> missing = Set.of(layer.descriptor().digest());
        String name = "layers/" + layer.descriptor().digest().hex();

        try (ImageArchive asItIs = ImageArchive.of(zstd, ImageStoreKind.CLASSIC, missing, true);
                ImageArchive uncompressed = ImageArchive.of(zstd, ImageStoreKind.CLASSIC, missing, false)) {
            assertThat(uncompressed.sizeBytes()).isNegative();
            assertThat(Digest.sha256(files(asItIs).get(name)))
                    .isEqualTo(layer.descriptor().digest());
            assertThat(Digest.sha256(files(uncompressed).get(name))).isEqualTo(layer.diffId());
        }
    }

    private Map<String, byte[]> files(ImageStoreKind store, Set<Digest> missing) throws IOException {
        try (ImageArchive archive = ImageArchive.of(candidate, store, missing, true)) {
            return files(archive);
        }
    }

    private static Map<String, byte[]> files(ImageArchive archive) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long written = archive.writeMembers(out, ProgressTask.silent()) + archive.writeEnd(out);
        assertThat(written).isEqualTo(out.size());
        if (archive.sizeBytes() >= 0) {
            assertThat(archive.sizeBytes()).isEqualTo(written);
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                files.put(entry.getName(), tar.readAllBytes());
            }
        }
        return files;
    }
}
