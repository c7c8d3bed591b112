package io.sandboximage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.golden.LoopDisk;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.FeatureImage;
import io.sandboximage.testkit.image.FeatureImage.Compression;
import io.sandboximage.testkit.image.RawTar;
import io.sandboximage.testkit.image.TarItem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Conversions with a layer cache on file systems whose files can share data: generated images in versions that share lower layers come
 * out byte for byte as in full conversions. {@code -Dsandboximage.versions=…} says of how many images.
 */
@RequiresEngine(Engine.LOOP_MOUNTS)
class KeptSnapshotsIT {
    private static final int IMAGES = Integer.getInteger("sandboximage.versions", 3);
    private static final long DISK_BYTES = 2L << 30;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(
            value = LoopDisk.FileSystem.class,
            names = {"XFS", "BTRFS"})
    void versionsThatBeginAsCopiesComeOutAsInFull(LoopDisk.FileSystem type) throws IOException {
        try (LoopDisk disk = LoopDisk.make(type, folder, DISK_BYTES)) {
            Path cache = disk.path().resolve("cache");
            for (long seed = 1; seed <= IMAGES; seed++) {
                int version = 0;
                for (List<byte[]> archives : versions(seed)) {
                    Path file = disk.path().resolve("image.ext4");
                    convert(archives, file, cache);
                    assertSameAsInFull("seed " + seed + ", version " + version++, archives, file);
                }
                assertThat(snapshots(cache)).as("seed %s", seed).isNotEmpty();
            }
        }
    }

    @Test
    void damagedOnesAreLeftAside() throws IOException {
        try (LoopDisk disk = LoopDisk.make(LoopDisk.FileSystem.XFS, folder, DISK_BYTES)) {
            Path cache = disk.path().resolve("cache");
            Path file = disk.path().resolve("image.ext4");
            List<byte[]> archives = GeneratedImage.of(1, false).archives();
            convert(archives, file, cache);
            for (int damage = 0; damage < 3; damage++) {
                Path kept = snapshots(cache).get(0);
                try (RandomAccessFile content = new RandomAccessFile(kept.toFile(), "rw")) {
                    switch (damage) {
                        case 0 -> content.setLength(content.length() - 1);
                        case 1 -> content.setLength(0);
                        default -> {
                            content.seek(content.length() - 20);
                            content.write(new byte[8]);
                        }
                    }
                }
                List<byte[]> version = new ArrayList<>(archives);
                version.add(
                        new RawTar().add(TarItem.file("damage-" + damage, "x")).build());
                convert(version, file, cache);
                assertSameAsInFull("damage " + damage, version, file);
                assertThat(kept).doesNotExist();
            }
        }
    }

    /** The image, without its top, with another top that hides what is below, and as it was. */
    private static List<List<byte[]>> versions(long seed) {
        List<byte[]> whole = GeneratedImage.of(seed, false).archives();
        List<byte[]> less = whole.subList(0, Math.max(1, whole.size() - 1));
        List<byte[]> other = new ArrayList<>(less);
        byte[] data = new byte[200_000];
        new Random(seed).nextBytes(data);
        other.add(new RawTar()
                .add(TarItem.file(".wh..wh..opq", ""), TarItem.file("other", data))
                .build());
        return List.of(whole, less, other, whole);
    }

    private Snapshot convert(List<byte[]> archives, Path file, Path cache) throws IOException {
        return convert(archives, Ext4Snapshotter.to(file).layerCache(LayerCache.at(cache)));
    }

    private Snapshot convert(List<byte[]> archives, Ext4Snapshotter snapshotter) throws IOException {
        Path layout = folder.resolve("layout");
        FeatureImage.ofLayers(archives).write(layout, "v1", Compression.MIXED);
        try (ImageSource source = OciLayout.source(layout, "v1")) {
            return snapshotter.snapshot(source, ProgressTask.silent());
        } finally {
            Command.of("rm", "-rf", layout).run().orFail();
        }
    }

    private void assertSameAsInFull(String what, List<byte[]> archives, Path file) throws IOException {
        Path full = folder.resolve("full.ext4");
        convert(archives, Ext4Snapshotter.to(full));
        assertThat(Files.mismatch(full, file)).as(what).isEqualTo(-1);
        Files.delete(full);
        Files.delete(file);
    }

    private static List<Path> snapshots(Path cache) throws IOException {
        try (Stream<Path> found = Files.list(cache.resolve("v2/snapshots"))) {
            return found.toList();
        }
    }
}
