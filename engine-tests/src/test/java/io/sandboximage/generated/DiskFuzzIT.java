package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.artifact.DiskArtifact;
import io.sandboximage.artifact.DiskPull;
import io.sandboximage.artifact.PulledDisk;
import io.sandboximage.artifact.RemoteDisk;
import io.sandboximage.disk.Disk;
import io.sandboximage.disk.SeekableZstd;
import io.sandboximage.error.SandboxImageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.image.Descriptor;
import io.sandboximage.image.Digest;
import io.sandboximage.image.Manifest;
import io.sandboximage.internal.io.FileTrees;
import io.sandboximage.internal.io.ZstdBytes;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.registry.RegistryClient;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** As {@link FuzzIT}, for what else is read: layers that a cache keeps, artifacts of disks, compressed disks. */
class DiskFuzzIT {
    private static final long MAX_BYTES = 64L << 20;
    private static final int PIECE_BYTES = 300_000;
    private static final int[] CHUNKS = {4096, 12_288, 5000, 4096, 20_000};
    private static final int CHUNK_STEP = 1 << 16;

    @TempDir(factory = MemoryFolder.class)
    Path folder;

    @Test
    void changedKeptLayersGiveTheSameFileOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        Path layout = folder.resolve("image");
        LayoutBytes.of(GeneratedImage.of(14, false).archives(), layout).write(layout);
        Path cache = folder.resolve("cache");
        Path file = folder.resolve("root.ext4");
        convert(layout, file, cache);
        byte[] original = Files.readAllBytes(file);
        Map<Path, byte[]> kept = new TreeMap<>();
        try (Stream<Path> found = Files.walk(cache)) {
            for (Path path : found.filter(Files::isRegularFile).toList()) {
                kept.put(path, Files.readAllBytes(path));
            }
        }
        List<Path> layers =
                kept.keySet().stream().filter(path -> kept.get(path).length > 0).toList();
        assertThat(layers).hasSizeGreaterThan(1);
        FuzzTrials.run(10, reporter, seed -> {
            Random random = new Random(seed);
            FileTrees.delete(cache);
            for (Map.Entry<Path, byte[]> each : kept.entrySet()) {
                Files.createDirectories(each.getKey().getParent());
                Files.write(each.getKey(), each.getValue());
            }
            Path layer = layers.get(random.nextInt(layers.size()));
            byte[] changed = KeptLayerChanges.change(kept.get(layer), random);
            boolean sealed = random.nextBoolean();
            if (sealed) {
                KeptLayerChanges.seal(changed, "sha256:" + layer.getFileName());
            }
            Files.write(layer, changed);
            Files.deleteIfExists(file);
            try {
                convert(layout, file, cache);
                if (sealed) {
                    try (Ext4Reader made = Ext4Reader.open(file)) {
                        made.verify();
                    }
                } else {
                    assertThat(Files.readAllBytes(file)).isEqualTo(original);
                }
            } catch (SandboxImageException e) {
                assertThat(sealed).as("an error: %s", e).isTrue();
                assertThat(file).doesNotExist();
            }
        });
    }

    private static void convert(Path layout, Path file, Path cache) {
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            Ext4Snapshotter.to(file)
                    .maxSize(MAX_BYTES)
                    .journal(false)
                    .layerCache(LayerCache.at(cache).verifyData(true))
                    .snapshot(source, ProgressTask.silent());
        }
    }

    @Test
    void changedArtifactsGiveADiskOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        Path output = folder.resolve("output");
        Path file = output.resolve("pulled");
        try (StubRegistry registry = new StubRegistry();
                RegistryClient client = RegistryClient.builder().build()) {
            FuzzTrials.run(8, reporter, seed -> {
                publish(registry, new Random(seed));
                try (RemoteDisk disk = RemoteDisk.open(registry.reference(), client)) {
                    long size = disk.sizeBytes();
                    disk.read(0, (int) Math.min(CHUNK_STEP, size));
                    disk.read(Math.max(0, size - PIECE_BYTES), (int) Math.min(PIECE_BYTES, size));
                    PulledDisk pulled =
                            DiskPull.to(file).threads(2).pull(registry.reference(), client, ProgressTask.silent());
                    assertThat(Files.size(file)).isEqualTo(size).isEqualTo(pulled.sizeBytes());
                } catch (SandboxImageException e) {
                    assertThat(e).hasMessageMatching("(?s).{10,}");
                    assertThat(file).doesNotExist();
                } finally {
                    FileTrees.delete(output);
                }
            });
        }
    }

    /** A small disk, with something changed in its list of chunks, in the manifest or in a chunk. */
    private static void publish(StubRegistry registry, Random random) {
        registry.clear();
        int changed = random.nextInt(4);
        int changedChunk = random.nextInt(CHUNKS.length);
        StringBuilder list = new StringBuilder("{\"version\":1,\"sizeBytes\":" + CHUNKS.length * CHUNK_STEP);
        list.append(",\"chunks\":[");
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < CHUNKS.length; i++) {
            byte[] content = new byte[CHUNKS[i]];
            new Random(i).nextBytes(content);
            byte[] blob = ZstdBytes.compress(content, content.length, false);
            if (changed == 0 && i == changedChunk) {
                blob = ByteChanges.change(blob, 0, random);
            }
            registry.add(blob);
            layers.add(Descriptor.of(DiskArtifact.CHUNK_TYPE, blob));
            list.append(i == 0 ? "" : ",")
                    .append("{\"offset\":" + i * CHUNK_STEP + ",\"size\":" + content.length + ",\"digest\":\""
                            + Digest.sha256(content) + "\",\"blob\":" + i + "}");
        }
        byte[] config = list.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        if (changed == 1 || changed == 2) {
            config = JsonChanges.change(config, random);
        }
        registry.add(config);
        byte[] manifest = Manifest.create(
                        Descriptor.of(DiskArtifact.CONFIG_TYPE, config),
                        layers,
                        Map.of(),
                        Optional.empty(),
                        Optional.of(DiskArtifact.ARTIFACT_TYPE))
                .bytes();
        registry.manifest(changed == 3 ? JsonChanges.change(manifest, random) : manifest);
    }

    @Test
    void changedCompressedDisksGiveTheirBytesOrAnErrorOfOurs(TestReporter reporter) throws IOException {
        byte[] content = new byte[5 * SeekableZstd.FRAME_BYTES / 2];
        Random contents = new Random(1);
        for (int at = 0; at < content.length; at += CHUNK_STEP) {
            Arrays.fill(content, at, Math.min(content.length, at + CHUNK_STEP), (byte) contents.nextInt(3));
        }
        Path plain = Files.write(folder.resolve("plain"), content);
        Path file = folder.resolve("compressed");
        SeekableZstd.compress(plain, file, 1, ProgressTask.silent());
        byte[] compressed = Files.readAllBytes(file);
        FuzzTrials.run(7, reporter, seed -> {
            byte[] changed = ByteChanges.change(compressed, 0, new Random(seed));
            Files.write(file, changed);
            try (Disk disk = Disk.open(file)) {
                long size = disk.sizeBytes();
                byte[] found = new byte[(int) Math.min(size, content.length)];
                for (int at = 0; at < found.length; at += PIECE_BYTES) {
                    byte[] piece = disk.read(at, Math.min(PIECE_BYTES, found.length - at));
                    System.arraycopy(piece, 0, found, at, piece.length);
                }
                // What does not end like a compressed disk is a disk itself.
                assertThat(found).isEqualTo(size == content.length ? content : changed);
            } catch (SandboxImageException e) {
                assertThat(e).hasMessageContaining("compressed");
            }
        });
    }
}
