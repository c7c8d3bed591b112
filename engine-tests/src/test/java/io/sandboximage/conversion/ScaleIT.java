package io.sandboximage.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sandboximage.ImageSource;
import io.sandboximage.Snapshot;
import io.sandboximage.error.StorageException;
import io.sandboximage.ext4.Ext4Reader;
import io.sandboximage.filetree.Inode;
import io.sandboximage.layout.OciLayout;
import io.sandboximage.progress.ProgressTask;
import io.sandboximage.rootfs.Ext4Snapshotter;
import io.sandboximage.rootfs.LayerCache;
import io.sandboximage.testkit.engine.Command;
import io.sandboximage.testkit.engine.Engine;
import io.sandboximage.testkit.engine.LoopMount;
import io.sandboximage.testkit.engine.RequiresEngine;
import io.sandboximage.testkit.image.BulkImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that have very much of one thing. {@code -Dsandboximage.scale=full} makes them as large as the SDK promises: 2 million files,
 * 200 GB of content and a directory of 500,000 entries, which takes half an hour, and a heap of 1 GB for the files.
 */
@RequiresEngine(Engine.E2FSPROGS)
class ScaleIT {
    private static final boolean FULL = "full".equals(System.getProperty("sandboximage.scale"));
    private static final long MIB = 1L << 20;
    private static final long TIB = 1L << 40;
    private static final int BLOCK_BYTES = 4096;
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    @TempDir
    Path folder;

    @Test
    void veryManyFiles() throws IOException {
        int entries = FULL ? 2_000_000 : 20_000;
        ManyFilesImage.write(layout(), entries, 32);

        Snapshot made = convert(snapshotter());

        assertThat(Long.parseLong(made.properties().getOrDefault("files", ""))).isGreaterThan(entries);
        requireClean();
    }

    @Test
    void aHundredLayersOfWhichEachChangesTheOneBelow() throws IOException {
        int layers = 100;
        BulkImage image = BulkImage.in(layout());
        for (int i = 0; i < layers; i++) {
            int number = i;
            image.gzip(layer -> {
                layer.file("changed", text("by " + number));
                for (String name : new String[] {"a", "b", "c"}) {
                    layer.file("srv/layer-" + number + "/" + name, text(name + number));
                }
                if (number > 0) {
                    layer.whiteout("srv/layer-" + (number - 1) + "/a");
                    layer.hardLink("srv/layer-" + number + "/linked", "srv/layer-" + (number - 1) + "/b");
                }
            });
        }
        image.tag("v1");

        convert(snapshotter());

        requireClean();
        try (Ext4Reader reader = Ext4Reader.open(file())) {
            assertThat(content(reader, "/changed")).isEqualTo("by 99");
            for (int i = 1; i < layers; i++) {
                Inode linked = reader.find("/srv/layer-" + i + "/linked");
                assertThat(reader.newInputStream(linked).readAllBytes()).isEqualTo(text("b" + (i - 1)));
                assertThat(reader.find("/srv/layer-" + i).childCount()).isEqualTo(i < layers - 1 ? 3 : 4);
            }
        }
    }

    @Test
    void contentOfZerosIsInTheFileSystemButTakesNoRoomOnTheDisk() throws IOException {
        long bytes = FULL ? 200_000_000_000L : 130_000_000L;
        int files = 10;
        long each = bytes / files / BLOCK_BYTES * BLOCK_BYTES;
        BulkImage image = BulkImage.in(layout());
        for (int i = 0; i < files; i++) {
            String path = "var/content-" + i;
            image.zstd(layer -> layer.file(path, each, (out, length) -> {
                out.write(text(path));
                writeZeros(out, length - path.length());
            }));
        }
        image.zstd(layer -> layer.whiteout("var/content-9")).tag("v1");
        LayerCache cache = LayerCache.at(folder.resolve("cache")).maxBytes(2 * bytes);

        convert(snapshotter().layerCache(cache));

        requireClean();
        assertThat(blocksOnDisk(file())).isLessThan(100 * MIB);
        assertThat(blocksOnDisk(folder.resolve("cache"))).isLessThan(100 * MIB);
        try (Ext4Reader reader = Ext4Reader.open(file())) {
            assertThat(reader.superblock().blockCount() - reader.superblock().freeBlocks())
                    .isGreaterThan(each / BLOCK_BYTES * (files - 1));
            byte[] head = reader.newInputStream(reader.find("/var/content-8")).readNBytes(BLOCK_BYTES);
            assertThat(new String(head, StandardCharsets.US_ASCII).strip().replace("\0", ""))
                    .isEqualTo("var/content-8");
        }
        Path again = folder.resolve("again.ext4");
        Snapshot reused = convert(Ext4Snapshotter.to(again).layerCache(cache));
        assertThat(reused.properties()).containsEntry("layersReused", Integer.toString(files + 1));
        assertThat(blocksOnDisk(again)).isLessThan(100 * MIB);
        if (!FULL) {
            assertThat(Files.mismatch(file(), again)).isEqualTo(-1);
        }
    }

    @Test
    @RequiresEngine(Engine.LOOP_MOUNTS)
    void aSparseFileOfMoreThanATebibyte() throws IOException {
        long size = 16 * TIB - BLOCK_BYTES;
        byte[] piece = new byte[100_000];
        new Random(1).nextBytes(piece);
        long[] ranges = {12_345, 100_000, TIB + 4095, 100_000, size - 100_000, 100_000};
        BulkImage.in(layout())
                .gzip(layer -> layer.sparse("disk.img", size, (out, length) -> out.write(piece), ranges))
                .tag("v1");

        convert(snapshotter());

        requireClean();
        assertThat(blocksOnDisk(file())).isLessThan(10 * MIB);
        try (LoopMount mount = LoopMount.readOnly(file(), Files.createDirectory(folder.resolve("mounted")));
                SeekableByteChannel channel = Files.newByteChannel(mount.path().resolve("disk.img"))) {
            assertThat(channel.size()).isEqualTo(size);
            for (int i = 0; i < ranges.length; i += 2) {
                ByteBuffer read = ByteBuffer.allocate(piece.length);
                channel.position(ranges[i]);
                while (read.hasRemaining() && channel.read(read) >= 0) {
                    // until it is full
                }
                assertThat(read.array()).isEqualTo(piece);
            }
        }
    }

    @Test
    @RequiresEngine(Engine.LOOP_MOUNTS)
    void aWideDirectoryHasAnIndexByWhichTheKernelFindsItsNames() throws IOException {
        int entries = FULL ? 500_000 : 45_000;
        BulkImage.in(layout())
                .gzip(layer -> {
                    for (int i = 0; i < entries; i++) {
                        layer.file("srv/wide/a-name-of-the-usual-length-" + i, text(i % 100 == 0 ? "x" : ""));
                    }
                })
                .tag("v1");

        convert(snapshotter());

        requireClean();
        List<String> index = Command.of("debugfs", "-R", "htree_dump /srv/wide", file())
                .timeout(PATIENCE)
                .run()
                .orFail()
                .output()
                .lines()
                .map(String::strip)
                .toList();
        assertThat(index.stream().filter(line -> line.startsWith("Indirect"))).containsExactly("Indirect levels: 1");
        assertThat(index.stream().filter(line -> line.contains("a-name-of-the-usual-length-")))
                .hasSize(entries);
        try (LoopMount mount = LoopMount.readOnly(file(), Files.createDirectory(folder.resolve("mounted")))) {
            Path wide = mount.path().resolve("srv/wide");
            for (int i = 0; i < entries; i += 97) {
                assertThat(wide.resolve("a-name-of-the-usual-length-" + i)).exists();
                assertThat(wide.resolve("a-name-of-the-usual-length-" + i + "x"))
                        .doesNotExist();
            }
            try (Stream<Path> all = Files.list(wide)) {
                assertThat(all.count()).isEqualTo(entries);
            }
            assertThat(mount.kernelWarnings()).isEmpty();
        }
    }

    @Test
    void sizesThatTheFolderCannotHoldAreTold() throws IOException {
        oneFile();
        String type =
                Command.of("stat", "-f", "-c", "%T", folder).run().orFail().output();
        // ext4 has 32 bits for the blocks of a file; others hold this much.
        Assumptions.assumeTrue(type.startsWith("ext"), type);

        assertThatThrownBy(() -> convert(snapshotter().size(16 * TIB)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("could not be made 17592186044416 bytes long")
                .hasMessageContaining("choose a smaller size or another file system");
        assertThat(file()).doesNotExist();
    }

    @Test
    @RequiresEngine(Engine.LOOP_MOUNTS)
    void sixteenTebibytes() throws IOException {
        oneFile();
        Path disk = folder.resolve("xfs.disk");
        Path mount = Files.createDirectory(folder.resolve("xfs"));
        Command.of("truncate", "-s", "2G", disk).run().orFail();
        Command.of("mkfs.xfs", "-q", disk).run().orFail();
        Command.of("mount", "-o", "loop", disk, mount).run().orFail();
        try {
            Path large = mount.resolve("large.ext4");
            convert(Ext4Snapshotter.to(large).size(16 * TIB));
            assertThat(Files.size(large)).isEqualTo(16 * TIB);
            if (FULL) {
                Command.of("e2fsck", "-fn", large).timeout(PATIENCE).run().orFail();
            }
            try (LoopMount inside = LoopMount.readWrite(large, Files.createDirectory(folder.resolve("mounted")))) {
                assertThat(inside.path().resolve("etc/hosts")).hasContent("localhost");
                Files.writeString(inside.path().resolve("written"), "by the kernel");
                assertThat(Files.getFileStore(inside.path()).getUsableSpace()).isGreaterThan(15 * TIB);
                assertThat(inside.kernelWarnings()).isEmpty();
            }
        } finally {
            Command.of("umount", mount).run().orFail();
        }
    }

    private void oneFile() throws IOException {
        BulkImage.in(layout())
                .gzip(layer -> layer.file("etc/hosts", text("localhost")))
                .tag("v1");
    }

    private Path layout() {
        return folder.resolve("layout");
    }

    private Path file() {
        return folder.resolve("root.ext4");
    }

    private Ext4Snapshotter snapshotter() {
        return Ext4Snapshotter.to(file());
    }

    private Snapshot convert(Ext4Snapshotter snapshotter) {
        try (ImageSource source = OciLayout.source(layout())) {
            return snapshotter.snapshot(source, ProgressTask.silent());
        }
    }

    private void requireClean() {
        Command.of("e2fsck", "-fn", file()).timeout(PATIENCE).run().orFail();
    }

    private static String content(Ext4Reader reader, String path) throws IOException {
        return new String(reader.newInputStream(reader.find(path)).readAllBytes(), StandardCharsets.US_ASCII);
    }

    private static long blocksOnDisk(Path path) {
        String output =
                Command.of("du", "--block-size=1", "-s", path).run().orFail().output();
        return Long.parseLong(output.substring(0, output.indexOf('\t')));
    }

    private static void writeZeros(OutputStream out, long bytes) throws IOException {
        byte[] zeros = new byte[1 << 16];
        for (long left = bytes; left > 0; left -= zeros.length) {
            out.write(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
